import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.js';

const START_MS = 10_000;

/** A throw-away Redis that keeps nothing on disk. */
export interface RedisServer {
  url: string;
  /** Empties it, as an operator's mistake or a lost cache would. */
  flush: () => Promise<void>;
  /** Kills it, and starts another one, empty, at the same address. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

/** The path of redis-server on this machine; undefined when there is none. */
export function redisProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));
}

/** Starts one on a free port of loopback, and waits until it answers. */
export async function startRedis(): Promise<RedisServer> {
  const program = redisProgram();
  if (program === undefined) throw new Error('redis-server is not on this machine');
  const folder = mkdtempSync(join(tmpdir(), 'oju-redis-'));
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const start = async () => {
    const child = spawn(program, [...options, '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
    });
    await answering(child, port);
    return child;
  };
  let child = await start();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    flush: async () => {
      await command(port, 'FLUSHALL');
    },
    restart: async () => {
      await kill();
      child = await start();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error('redis-server ended at start');
    if ((await command(port, 'PING').catch(() => '')).startsWith('+PONG')) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`redis-server did not answer in ${START_MS} ms`);
}

/** One inline command. @returns the first piece of its answer */
async function command(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(`${text}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString('utf8');
  } finally {
    socket.destroy();
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';
import { freePort } from './free-port.js';
import type { ServerAnswer, ServerCommand, ServerProcessOptions } from './server/server-options.js';

const READY_MS = 60_000;

/** How a process ended: its exit code, or the signal. */
type End = number | NodeJS.Signals;

/** The server as a process that a test may kill at any moment. */
export interface ServerProcess {
  url: string;
  pid: number;
  /** Everything it wrote so far. */
  output: () => string;
  /** How it ended; null while it runs. */
  ended: () => End | null;
  /** Resolves when the process is gone, whoever ended it. */
  gone: Promise<End>;
  /** Sends a signal, and waits until the process is gone. @returns its exit code or signal */
  end: (signal: NodeJS.Signals) => Promise<End>;
  /** Sends a signal, and waits for nothing. */
  signal: (signal: NodeJS.Signals) => void;
  /**
   * Says something to it, and waits for the answer.
   * @throws Error when it ends before
   */
  tell: (command: ServerCommand) => Promise<ServerAnswer>;
}

/** A time that several processes share. */
export interface SharedTime {
  factor: number;
  epochMs: number;
  realStartMs: number;
}

/**
 * Starts the compiled server with a test's clock, and waits until it is ready, or gone if it was
 * told to kill itself.
 * @param env the variables that it gets, and no others of Oju's
 */
export async function spawnServer(
  env: Record<string, string>,
  options: ServerProcessOptions,
): Promise<ServerProcess> {
  const port = await freePort();
  const main = join(APP_ROOT, 'dist', 'test', 'support', 'server-process.js');
  const child = spawn(process.execPath, [main, JSON.stringify(options)], {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', ...env, PORT: String(port) },
    // Over the channel it takes commands, and notices when this process is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const keep = (chunk: Buffer) => (output += chunk.toString('utf8'));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const gone = once(child, 'exit').then(() => endOf(child)!);
  const url = `http://127.0.0.1:${port}`;
  const server: ServerProcess = {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    ended: () => endOf(child),
    gone,
    end: (signal) => {
      child.kill(signal);
      return gone;
    },
    signal: (signal) => void child.kill(signal),
    tell: (command) => tell(child, command),
  };
  await ready(server, options.killAt !== undefined);
  return server;
}

function endOf(child: ChildProcess): End | null {
  return child.exitCode ?? child.signalCode;
}

let commands = 0;

function tell(child: ChildProcess, command: ServerCommand): Promise<ServerAnswer> {
  const id = (commands += 1);
  return new Promise((resolve, reject) => {
    const leave = () => {
      child.off('message', hear);
      child.off('exit', fail);
    };
    const hear = (message: unknown) => {
      const answer = message as ServerAnswer;
      if (answer.answers !== id) return;
      leave();
      resolve(answer);
    };
    const fail = () => {
      leave();
      reject(new Error(`The server ended before it answered to ${command.kind}`));
    };
    child.on('message', hear);
    child.on('exit', fail);
    if (endOf(child) !== null) {
      fail();
      return;
    }
    child.send({ id, command }, (error) => {
      if (error) fail();
    });
  });
}

async function ready(server: ServerProcess, mayEnd: boolean): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const end = server.ended();
    if (end === 'SIGKILL' && mayEnd) return;
    if (end !== null) throw new Error(`The server ended at start (${end}): ${server.output()}`);
    const response = await fetch(`${server.url}/health/ready`).catch(() => null);
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await server.end('SIGKILL');
  throw new Error(`The server was not ready in ${READY_MS} ms: ${server.output()}`);
}

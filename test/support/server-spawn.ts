import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';
import { freePort } from './free-port.js';

const READY_MS = 60_000;

/** The server as a process that a test may kill at any moment. */
export interface ServerProcess {
  url: string;
  pid: number;
  /** Everything it wrote so far. */
  output: () => string;
  /** Sends a signal, and waits until the process is gone. @returns its exit code or signal */
  end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>;
}

/** A time that several processes share. */
export interface SharedTime {
  factor: number;
  epochMs: number;
  realStartMs: number;
}

/**
 * Starts the compiled server with a test's clock, and waits until it is ready.
 * @param env the variables that it gets, and no others of Oju's
 */
export async function spawnServer(
  env: Record<string, string>,
  time: SharedTime,
): Promise<ServerProcess> {
  const port = await freePort();
  const main = join(APP_ROOT, 'dist', 'test', 'support', 'server-process.js');
  const child = spawn(process.execPath, [main, JSON.stringify(time)], {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => (output += chunk.toString('utf8'));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const url = `http://127.0.0.1:${port}`;
  await ready(child, url, () => output);
  return { url, pid: child.pid ?? 0, output: () => output, end: (signal) => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals) {
  if (endOf(child) !== null) return endOf(child);
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
  return endOf(child);
}

/** How a process ended: its exit code, or the signal; null while it runs. */
function endOf(child: ChildProcess): number | NodeJS.Signals | null {
  return child.exitCode ?? child.signalCode;
}

async function ready(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The server ended at start: ${output()}`);
    const response = await fetch(`${url}/health/ready`).catch(() => null);
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`The server was not ready in ${READY_MS} ms: ${output()}`);
}

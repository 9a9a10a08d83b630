import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { StandInControl } from './control-client.js';
import type { StandInProcessOptions } from './options.js';
import { API_PATH } from './routes.js';

/** A stand-in in a process of its own. */
export interface SpawnedStandIn {
  /** The base of the API, such as `http://127.0.0.1:40000/api/v3`. */
  readonly url: string;
  readonly control: StandInControl;
  readonly pid: number;
  /** Ends the process; resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts the compiled stand-in as a child process and resolves when it listens; throws if it was
 * not built or does not start. The child ends with this process, whatever ends that.
 */
export async function spawnVirusTotalStandIn(
  options: StandInProcessOptions = {},
): Promise<SpawnedStandIn> {
  const script = compiledMain();
  if (!existsSync(script)) throw new Error('Build first: the stand-in is not compiled.');
  // The IPC channel says to the child when this process is gone.
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.channel?.unref();
  const origin = await originOf(child);
  return {
    url: origin + API_PATH,
    control: new StandInControl(origin),
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Where the compiled main.js is, seen from the compiled folder or, under Jest, from the source. */
export function compiledMain(): string {
  if (__filename.endsWith('.js')) return join(__dirname, 'main.js');
  const root = join(__dirname, '..', '..', '..');
  return join(root, 'dist', 'test', 'support', 'virustotal-stand-in', 'main.js');
}

async function originOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The stand-in has no standard output.');
  for await (const line of createInterface({ input: child.stdout })) {
    return (JSON.parse(line) as { url: string }).url;
  }
  throw new Error('The stand-in ended before it listened.');
}

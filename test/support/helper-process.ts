import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { APP_ROOT } from '../../src/config/app-root.js';
import type { DatabaseTask } from './database-process.js';
import type { TestDatabase } from './databases.js';

/** A helper process that tells by lines on its standard output how far it is. */
export class HelperProcess {
  private static readonly running = new Set<HelperProcess>();

  readonly lines: string[] = [];
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly closed: Promise<unknown[]>;
  private readonly waiting = new Set<() => void>();
  private complaints = '';

  /** @param args of node: the script and what it is given */
  constructor(args: string[], env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
    this.closed = once(this.child, 'close');
    this.child.stderr.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    createInterface(this.child.stdout).on('line', (line) => {
      this.lines.push(line);
      this.waiting.forEach((wake) => {
        wake();
      });
    });
    HelperProcess.running.add(this);
    void this.closed.then(() => {
      HelperProcess.running.delete(this);
      this.waiting.forEach((wake) => {
        wake();
      });
    });
  }

  /**
   * Resolves once the process has written `line`.
   * @throws Error when it ends before
   */
  async saw(line: string): Promise<void> {
    await this.sees((written) => written === line, line);
  }

  /** The same for a line of a form; resolves with it. */
  async sawLike(form: RegExp): Promise<string> {
    return this.sees((written) => form.test(written), String(form));
  }

  private async sees(isIt: (line: string) => boolean, name: string): Promise<string> {
    for (;;) {
      const seen = this.lines.find(isIt);
      if (seen !== undefined) return seen;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`The process ended without "${name}": ${this.complaints}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.waiting.delete(wake);
          resolve();
        };
        this.waiting.add(wake);
      });
    }
  }

  /** Lets a process go on that waits for a line. */
  tell(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** Resolves with the exit code, or null after a signal, and with what it complained of. */
  async ended(): Promise<{ code: number | null; complaints: string }> {
    await this.closed;
    return { code: this.child.exitCode, complaints: this.complaints };
  }

  /** For after each test: a test that failed must leave no process behind. */
  static async killAll(): Promise<void> {
    await Promise.all([...HelperProcess.running].map((helper) => helper.kill()));
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }
}

/**
 * A second process that writes to an SQLite file: `hold` takes the lock for `amount` ms ("holding"),
 * `write` writes `amount` rows one by one ("writing").
 */
export function startWriter(file: string, mode: 'hold' | 'write', amount: number): HelperProcess {
  const script = join(APP_ROOT, 'test', 'support', 'writer-process.mjs');
  return new HelperProcess([script, file, mode, String(amount)]);
}

/** The compiled support programs: `npm run build` makes them, and `npm test` does so first. */
const COMPILED = join(APP_ROOT, 'dist', 'test', 'support');

/** A process that migrates a database with the built program, or stores instants in it. */
export function startOnDatabase(
  database: TestDatabase,
  task: DatabaseTask = {},
  env: Record<string, string> = {},
): HelperProcess {
  const script = join(COMPILED, 'database-process.js');
  if (!existsSync(script)) throw new Error(`${script} is missing: npm run build`);
  return new HelperProcess([script, JSON.stringify(task)], { ...database.env, ...env });
}

import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { APP_ROOT } from '../config/app-root.js';

/** How long its statements wait for the database while another connection writes, ms. */
const BUSY_TIMEOUT_MS = 30_000;

/** Compiled in tests as well: a thread knows no loader of TypeScript. */
const MAIN = join(APP_ROOT, 'dist', 'src', 'database', 'sqlite-thread-main.js');

/** A statement on its way to the thread. */
export interface ThreadQuery {
  id: number;
  sql: string;
  parameters: unknown[];
}

/** What became of it: rows, or what it changed, or an error. */
export interface ThreadAnswer {
  id: number;
  rows?: unknown[];
  changes?: number;
  lastInsertRowid?: number | bigint;
  error?: { message: string; code: string | undefined };
}

interface Waiting {
  resolve: (answer: ThreadAnswer) => void;
  reject: (error: Error) => void;
}

/**
 * A second connection to the SQLite file, in a thread of its own: better-sqlite3 runs every
 * statement to its end, and one over a hundred thousand rows would hold up every request.
 */
export class SqliteThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private failure: Error | null = null;

  /** @param file path of the database, which must be there */
  constructor(file: string) {
    this.worker = new Worker(MAIN, {
      workerData: { file, busyTimeoutMs: BUSY_TIMEOUT_MS },
      // Large ones write much and answer little.
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
    });
    this.worker.on('message', (answer: ThreadAnswer) => {
      this.waiting.get(answer.id)?.resolve(answer);
      this.waiting.delete(answer.id);
    });
    this.worker.on('error', (error) => {
      this.fail(error);
    });
    this.worker.on('exit', () => {
      this.fail(new Error('The thread of the SQLite connection has ended'));
    });
  }

  /**
   * Runs one statement.
   * @throws Error as better-sqlite3 throws it, with its `code`; or when the thread is gone
   */
  async run(sql: string, parameters: unknown[]): Promise<ThreadAnswer> {
    if (this.failure) throw this.failure;
    const id = (this.lastId += 1);
    const answered = new Promise<ThreadAnswer>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.worker.postMessage({ id, sql, parameters } satisfies ThreadQuery);
    const answer = await answered;
    const { error } = answer;
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return answer;
  }

  /** Ends the thread between two statements; SQLite rolls back what it leaves open. */
  async close(): Promise<void> {
    if (this.failure) return;
    const gone = once(this.worker, 'exit');
    await this.worker.terminate();
    await gone;
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}

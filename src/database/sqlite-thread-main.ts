import Database from 'better-sqlite3';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadAnswer, ThreadQuery } from './sqlite-thread.js';

/**
 * The thread of an {@link SqliteThread}: one connection, whose statements may take as long as they
 * like. It may wait for a busy database synchronously, since nothing else runs here.
 */
const { file, busyTimeoutMs } = workerData as { file: string; busyTimeoutMs: number };
const connection = new Database(file, { timeout: busyTimeoutMs, fileMustExist: true });
connection.pragma('foreign_keys = ON');
connection.pragma('synchronous = FULL');
// In KiB. What is written goes to the log of the file anyway, so more would only be held twice.
connection.pragma('cache_size = -4096');
connection.pragma('temp_store = FILE');

parentPort?.on('message', ({ id, sql, parameters }: ThreadQuery) => {
  parentPort?.postMessage({ id, ...answer(sql, parameters) } satisfies ThreadAnswer);
});

function answer(sql: string, parameters: unknown[]): Omit<ThreadAnswer, 'id'> {
  try {
    const statement = connection.prepare(sql);
    if (statement.reader) return { rows: statement.all(...parameters) };
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { changes, lastInsertRowid };
  } catch (error) {
    // An error loses what is its own on the way to another thread.
    const { message, code } = error as { message: string; code?: string };
    return { error: { message, code } };
  }
}

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { APP_ROOT } from '../src/config/app-root.js';
import { createMysql, type TestDatabase } from '../test/support/databases.js';
import { temporarySqlite } from '../test/support/open-database.js';

/** A database of a bench's own, empty, and how it is called. */
export interface BenchDatabase {
  name: 'SQLite' | 'MariaDB';
  isSqlite: boolean;
  database: TestDatabase;
}

interface Mariadb {
  url: string;
  stop: () => Promise<void>;
}

/** What is used of scripts/mariadb.mjs, which needs no build. */
interface MariadbScript {
  findProgram: (...names: string[]) => string | undefined;
  startMariadb: () => Promise<Mariadb>;
}

/**
 * Does the same on SQLite and on MariaDB: that of OJU_TEST_MARIADB, else a throw-away one. Without
 * a mariadbd on the machine that half is left out, and said to be.
 */
export async function withEachDatabase<T>(
  work: (database: BenchDatabase) => Promise<T>,
): Promise<T[]> {
  const sqlite = temporarySqlite();
  const results = [await workAndDrop(work, { name: 'SQLite', isSqlite: true, database: sqlite })];
  const mariadb = await mariadbServer();
  if (!mariadb) {
    console.log('!! MariaDB is NOT measured: mariadbd is not on this machine.');
    return results;
  }
  try {
    const database = await createMysql(mariadb.url);
    const onMariadb = { name: 'MariaDB' as const, isSqlite: false, database };
    return [...results, await workAndDrop(work, onMariadb)];
  } finally {
    await mariadb.stop();
  }
}

async function workAndDrop<T>(
  work: (database: BenchDatabase) => Promise<T>,
  bench: BenchDatabase,
): Promise<T> {
  try {
    return await work(bench);
  } finally {
    await bench.database.drop();
  }
}

async function mariadbServer(): Promise<Mariadb | null> {
  const url = process.env.OJU_TEST_MARIADB;
  if (url !== undefined) return { url, stop: () => Promise.resolve() };
  const script = pathToFileURL(join(APP_ROOT, 'scripts', 'mariadb.mjs')).href;
  const { findProgram, startMariadb } = (await import(script)) as MariadbScript;
  return findProgram('mariadbd') === undefined ? null : startMariadb();
}

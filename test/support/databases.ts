import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { timesAsMany } from './cases.js';
import { giveTables } from './template-database.js';

/** A database of a test file's own. */
export interface TestDatabase {
  kind: 'sqlite' | 'mysql';
  /** Environment variables that make Oju use it. */
  env: Record<string, string>;
  /** The folder of the SQLite file; on MySQL an empty folder. */
  folder: string;
  drop: () => Promise<void>;
}

/** 32 bytes in base64, for tests alone. */
export const TEST_SECRET = Buffer.alloc(32, 7).toString('base64');

async function createSqlite(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'oju-test-'));
  return Promise.resolve({
    kind: 'sqlite',
    env: { DATABASE_URL: `sqlite:${join(folder, 'oju.sqlite')}` },
    folder,
    drop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
}

/** An empty database on a MySQL or MariaDB server (`mysql://user@host:port`). */
export async function createMysql(server: string): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'oju-test-'));
  const name = `oju_${randomBytes(6).toString('hex')}`;
  await admin(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
  return {
    kind: 'mysql',
    env: { DATABASE_URL: `${server}/${name}`, OJU_SECRET: TEST_SECRET },
    folder,
    drop: async () => {
      await admin(server, `DROP DATABASE IF EXISTS ${name}`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function admin(server: string, statement: string): Promise<void> {
  const connection = await createConnection(server);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

type Define = (database: () => TestDatabase) => void;

/**
 * Runs the same tests on SQLite and, when the test run started one (OJU_TEST_MARIADB), on MariaDB.
 * Each gets a database of its own, migrated, that is dropped afterwards.
 */
export function describeOnEachDatabase(name: string, define: Define): void {
  describeOnEachEmptyDatabase(name, (database) => {
    beforeAll(() => giveTables(database()));
    define(database);
  });
}

/**
 * As describeOnEachDatabase, but in `npm test` on SQLite alone: for what is refused for reasons that
 * have nothing to do with rows. Where test/long runs the file (more-cases) it is on each.
 */
export function describeOnOneDatabase(name: string, define: Define): void {
  if (timesAsMany() > 1) {
    describeOnEachDatabase(name, define);
    return;
  }
  describeOn([['SQLite', createSqlite]], name, (database) => {
    beforeAll(() => giveTables(database()));
    define(database);
  });
}

/** Each database that tests run on: its name, and what makes an empty one. */
export function eachDatabase(): [name: string, create: () => Promise<TestDatabase>][] {
  const server = process.env.OJU_TEST_MARIADB;
  return server
    ? [
        ['SQLite', createSqlite],
        ['MariaDB', () => createMysql(server)],
      ]
    : [['SQLite', createSqlite]];
}

/** As describeOnEachDatabase, but each database has nothing in it: for tests of migrations. */
export function describeOnEachEmptyDatabase(name: string, define: Define): void {
  describeOn(eachDatabase(), name, define);
}

function describeOn(databases: ReturnType<typeof eachDatabase>, name: string, define: Define) {
  describe.each(databases)(`${name} on %s`, (_kind, create) => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await create();
    });
    define(() => database);
    // After what the tests themselves close: an application that still runs needs its database.
    afterAll(async () => {
      await database.drop();
    });
  });
}

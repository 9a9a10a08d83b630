import { MigrationExecutor, type QueryRunner } from 'typeorm';
import type { OjuDataSource } from './oju-data-source.js';
import { SqliteQueryRunner } from './sqlite-query-runner.js';

/** MySQL's locks are the server's, not the database's; a lock's name has at most 64 characters. */
const LOCK_NAME = "CONCAT('oju_', SHA1(DATABASE()))";
/** How long a starting process waits for another one's migrations, seconds. */
const LOCK_WAIT_S = 300;

/** Thrown when another process held the migration lock for too long. */
class MigrationLockError extends Error {
  constructor() {
    super(`Another process has been migrating the database for over ${LOCK_WAIT_S} s`);
  }
}

/**
 * Brings the database to the newest schema, under a lock, since TypeORM takes none and two starts
 * would collide. On SQLite everything is one exclusive transaction. MySQL commits each DDL
 * statement by itself, so every step of a migration first looks whether it was done already.
 * @returns the names of the migrations that were run
 * @throws MigrationLockError when another process does not finish within five minutes (on SQLite,
 * whose migrations take no time, QueryFailedError with SQLITE_BUSY after 30 s)
 */
export async function migrate(dataSource: OjuDataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    return runner instanceof SqliteQueryRunner
      ? await migrateSqlite(dataSource, runner)
      : await migrateMysql(dataSource, runner);
  } finally {
    await runner.release();
  }
}

/** The names of migrations that the database has not had yet. */
export async function pendingMigrations(dataSource: OjuDataSource): Promise<string[]> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  return pending.map((migration) => migration.name);
}

async function migrateSqlite(
  dataSource: OjuDataSource,
  runner: SqliteQueryRunner,
): Promise<string[]> {
  // The pragma does nothing inside a transaction, and TypeORM rebuilds tables to alter them.
  await runner.beforeMigration();
  try {
    await runner.startExclusiveTransaction();
    try {
      const names = await execute(new MigrationExecutor(dataSource, runner));
      await runner.commitTransaction();
      return names;
    } catch (error) {
      await runner.rollbackTransaction();
      throw error;
    }
  } finally {
    await runner.afterMigration();
  }
}

async function migrateMysql(dataSource: OjuDataSource, runner: QueryRunner): Promise<string[]> {
  const rows = (await runner.query(`SELECT GET_LOCK(${LOCK_NAME}, ?) AS taken`, [LOCK_WAIT_S])) as {
    taken: unknown;
  }[];
  if (Number(rows[0]?.taken) !== 1) throw new MigrationLockError();
  try {
    return await execute(new MigrationExecutor(dataSource, runner));
  } finally {
    await runner.query(`SELECT RELEASE_LOCK(${LOCK_NAME})`);
  }
}

async function execute(executor: MigrationExecutor): Promise<string[]> {
  executor.transaction = 'none';
  const done = await executor.executePendingMigrations();
  return done.map((migration) => migration.name);
}

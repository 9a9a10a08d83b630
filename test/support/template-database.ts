import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection, format, type RowDataPacket } from 'mysql2/promise';
import { migrate } from '../../src/database/migrate.js';
import type { TestDatabase } from './databases.js';
import { openDatabase } from './open-database.js';

/** What migrations make of an empty database: on SQLite the file, on MySQL statements. */
const templates: { sqlite?: Buffer; mysql?: string[] } = {};

/**
 * Migrates an empty database. All but the first of a kind become a copy of that one, which takes a
 * tenth of the time; test/integration/migrations holds them to be alike.
 */
export async function giveTables(database: TestDatabase): Promise<void> {
  const { sqlite, mysql } = templates;
  if (database.kind === 'sqlite' && sqlite) writeFileSync(fileOf(database), sqlite);
  else if (database.kind === 'mysql' && mysql) await onMysql(database, mysql);
  else await migrateFirst(database);
}

async function migrateFirst(database: TestDatabase): Promise<void> {
  const { dataSource } = await openDatabase(database);
  await migrate(dataSource);
  await dataSource.destroy();
  if (database.kind === 'sqlite') templates.sqlite = readFileSync(fileOf(database));
  else templates.mysql = await statementsOf(database);
}

function fileOf({ env }: TestDatabase): string {
  return (env.DATABASE_URL ?? '').slice('sqlite:'.length);
}

/** @returns the rows of the last statement */
async function onMysql({ env }: TestDatabase, statements: string[]): Promise<RowDataPacket[]> {
  const connection = await createConnection({
    uri: env.DATABASE_URL ?? '',
    multipleStatements: true,
    dateStrings: true,
  });
  try {
    const [last] = await connection.query<RowDataPacket[]>(statements.join(';\n'));
    return last;
  } finally {
    await connection.end();
  }
}

/** Makes every table as it is, in whatever order, with its rows. */
async function statementsOf(database: TestDatabase): Promise<string[]> {
  const tables = (await onMysql(database, ['SHOW TABLES'])).map((row) =>
    String(Object.values(row)),
  );
  const made: string[] = [];
  for (const table of tables) {
    const [shown] = await onMysql(database, [`SHOW CREATE TABLE \`${table}\``]);
    made.push(String(shown?.['Create Table']));
    const rows = await onMysql(database, [`SELECT * FROM \`${table}\``]);
    const values = rows.map((row) => Object.values(row) as (string | number | null)[]);
    if (rows.length > 0) made.push(format(`INSERT INTO \`${table}\` VALUES ?`, [values]));
  }
  return ['SET FOREIGN_KEY_CHECKS = 0', ...made, 'SET FOREIGN_KEY_CHECKS = 1'];
}

import { type QueryRunner, TableIndex } from 'typeorm';

/** Makes an index, unless it is there: a migration that was cut short does what is left. */
export async function addIndex(
  runner: QueryRunner,
  table: string,
  name: string,
  columnNames: string[],
): Promise<void> {
  if (await hasIndex(runner, table, name)) return;
  await runner.createIndex(table, new TableIndex({ name, columnNames }));
}

/** Drops an index, if it is there. */
export async function dropIndex(runner: QueryRunner, table: string, name: string): Promise<void> {
  if (await hasIndex(runner, table, name)) await runner.dropIndex(table, name);
}

/** Also of a table that TypeORM read before the index was made. */
async function hasIndex(runner: QueryRunner, table: string, name: string): Promise<boolean> {
  const read = await runner.getTable(table);
  return read?.indices.some((index) => index.name === name) ?? false;
}

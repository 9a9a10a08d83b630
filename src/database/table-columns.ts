import { type QueryRunner, TableColumn, type TableColumnOptions } from 'typeorm';

/** Adds those of the columns that a table has not got yet. */
export async function addColumns(
  runner: QueryRunner,
  table: string,
  columns: readonly TableColumnOptions[],
): Promise<void> {
  for (const column of columns) {
    if (await runner.hasColumn(table, column.name)) continue;
    await runner.addColumn(table, new TableColumn(column));
  }
}

/**
 * Takes those of the columns away that a table has, the last first. Not by TypeORM's own step, which
 * on SQLite rebuilds the table: undoing leaves foreign keys on, and rows that refer to it would go.
 */
export async function dropColumns(
  runner: QueryRunner,
  table: string,
  columns: readonly TableColumnOptions[],
): Promise<void> {
  for (const { name } of [...columns].reverse()) {
    if (!(await runner.hasColumn(table, name))) continue;
    await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  }
}

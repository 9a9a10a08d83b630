import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';
import { Columns } from '../columns.js';

const BEGINNINGS = new TableIndex({
  name: 'ix_verdict_intervals_from',
  columnNames: ['from_task_id'],
});

/**
 * Files of vendors and platforms between their dry run and their import; and what a scan changed is
 * found by where verdicts begin.
 */
export class Import1764000000017 implements MigrationInterface {
  name = 'Import1764000000017';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'imports',
        columns: [
          column.id(),
          column.ascii('kind', 16),
          column.varchar('file_name', 255),
          column.ascii('digest', 64, { isNullable: true }),
          column.instant('created_at'),
          column.instant('applied_at', { isNullable: true }),
        ],
        indices: [{ name: 'ix_imports_created', columnNames: ['created_at'] }],
      }),
      true,
    );
    await runner.createTable(
      rowsTable(column, 'vendor_import_rows', 'name', [
        column.varchar('name', 255, { isNullable: true }),
        column.varchar('contact', 1000, { isNullable: true }),
        column.text('comments', { isNullable: true }),
        column.text('near_misses', { isNullable: true }),
      ]),
      true,
    );
    await runner.createTable(
      rowsTable(column, 'platform_import_rows', 'url_key', [
        column.varchar('name', 255, { isNullable: true }),
        column.text('url', { isNullable: true }),
        column.ascii('url_key', 2048, { isNullable: true }),
        column.boolean('is_active', { isNullable: true }),
        column.varchar('owner_name', 255, { isNullable: true }),
        column.varchar('owner_email', 254, { isNullable: true }),
        column.text('tags', { isNullable: true }),
        column.text('notes', { isNullable: true }),
        column.integer('active_change', { default: '0' }),
        column.boolean('has_secret', { default: '0' }),
      ]),
      true,
    );
    await addIndex(runner, 'verdict_intervals', BEGINNINGS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'verdict_intervals', BEGINNINGS);
    for (const table of ['platform_import_rows', 'vendor_import_rows', 'imports']) {
      await runner.dropTable(table, true);
    }
  }
}

function rowsTable(column: Columns, name: string, key: string, own: TableColumnOptions[]): Table {
  return new Table({
    name,
    columns: [
      column.id(),
      column.integer('import_id'),
      column.integer('line'),
      column.ascii('outcome', 16),
      column.varchar('label', 255),
      column.text('problems', { isNullable: true }),
      ...own,
    ],
    indices: [
      { name: `ix_${name}_outcome`, columnNames: ['import_id', 'outcome'] },
      { name: `ix_${name}_${key}`, columnNames: ['import_id', key] },
    ],
  });
}

async function hasIndex(runner: QueryRunner, table: string, name?: string): Promise<boolean> {
  const found = await runner.getTable(table);
  return found?.indices.some((index) => index.name === name) ?? false;
}

async function addIndex(runner: QueryRunner, table: string, index: TableIndex): Promise<void> {
  if (!(await hasIndex(runner, table, index.name))) await runner.createIndex(table, index);
}

async function dropIndex(runner: QueryRunner, table: string, index: TableIndex): Promise<void> {
  if (await hasIndex(runner, table, index.name)) await runner.dropIndex(table, index);
}

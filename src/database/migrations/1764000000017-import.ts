import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { Columns } from '../columns.js';

/** Files of vendors and platforms between their dry run and their import. */
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
  }

  async down(runner: QueryRunner): Promise<void> {
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

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns } from '../columns.js';

/** The local vendor database, and every engine name that VirusTotal ever returned. */
export class Vendor1764000000003 implements MigrationInterface {
  name = 'Vendor1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'vendors',
        columns: [
          column.id(),
          column.varchar('name', 255),
          column.varchar('contact', 1000),
          column.text('comments'),
          column.instant('created_at'),
          column.instant('updated_at'),
        ],
        indices: [{ name: 'ux_vendors_name', columnNames: ['name'], isUnique: true }],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'engines',
        columns: [
          column.id(),
          column.varchar('name', 255),
          column.instant('first_seen_at'),
          column.instant('last_seen_at'),
        ],
        indices: [{ name: 'ux_engines_name', columnNames: ['name'], isUnique: true }],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['engines', 'vendors']) await runner.dropTable(table, true);
  }
}

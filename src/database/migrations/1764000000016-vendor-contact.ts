import {
  type MigrationInterface,
  type QueryRunner,
  TableColumn,
  type TableColumnOptions,
} from 'typeorm';
import { Columns } from '../columns.js';

const TABLE = 'vendors';

/** Whether a vendor's contact was tried, and what the catalogue said when it was taken from there. */
export class VendorContact1764000000016 implements MigrationInterface {
  name = 'VendorContact1764000000016';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of added(runner)) {
      if (await runner.hasColumn(TABLE, column.name)) continue;
      await runner.addColumn(TABLE, new TableColumn(column));
    }
  }

  /** Not by TypeORM's own step, which on SQLite rebuilds the table. */
  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of added(runner).reverse()) {
      if (!(await runner.hasColumn(TABLE, name))) continue;
      await runner.query(`ALTER TABLE ${TABLE} DROP COLUMN ${name}`);
    }
  }
}

function added(runner: QueryRunner): TableColumnOptions[] {
  const column = new Columns(runner);
  return [
    column.ascii('contact_state', 16, { default: "'unverified'" }),
    column.instant('contact_state_at', { isNullable: true }),
    column.varchar('contact_state_by', 255, { isNullable: true }),
    column.ascii('catalogue_digest', 64, { isNullable: true }),
  ];
}

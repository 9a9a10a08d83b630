import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { Columns } from '../columns.js';
import { addColumns, dropColumns } from '../table-columns.js';

const TABLE = 'vendors';

/** Whether a vendor's contact was tried, and what the catalogue said when it was taken from there. */
export class VendorContact1764000000016 implements MigrationInterface {
  name = 'VendorContact1764000000016';

  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, TABLE, added(runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, TABLE, added(runner));
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

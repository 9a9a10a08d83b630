import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { Columns } from '../columns.js';
import { addColumns, dropColumns } from '../table-columns.js';

const VENDORS = 'vendor_import_rows';
const PLATFORMS = 'platform_import_rows';
const GAPS = 'answer_gaps';

/**
 * Files say whether a contact was verified and which platforms are archived; and times in which no
 * engine answered anything are kept, so that nobody is taken for silent while nothing is scanned.
 */
export class WholeFiles1764000000021 implements MigrationInterface {
  name = 'WholeFiles1764000000021';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await addColumns(runner, VENDORS, ofVendors(column));
    await addColumns(runner, PLATFORMS, ofPlatforms(column));
    await runner.createTable(
      new Table({
        name: GAPS,
        columns: [column.id(), column.instant('from_at'), column.instant('to_at')],
        indices: [{ name: 'ux_answer_gaps_from', columnNames: ['from_at'], isUnique: true }],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.dropTable(GAPS, true);
    await dropColumns(runner, PLATFORMS, ofPlatforms(column));
    await dropColumns(runner, VENDORS, ofVendors(column));
  }
}

function ofVendors(column: Columns): TableColumnOptions[] {
  return [
    column.ascii('contact_state', 16, { isNullable: true }),
    column.instant('contact_state_at', { isNullable: true }),
    column.varchar('contact_state_by', 255, { isNullable: true }),
    column.ascii('catalogue_digest', 64, { isNullable: true }),
  ];
}

function ofPlatforms(column: Columns): TableColumnOptions[] {
  return [column.instant('archived_at', { isNullable: true })];
}

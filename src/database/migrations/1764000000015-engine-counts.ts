import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { Columns } from '../columns.js';
import { addColumns, dropColumns } from '../table-columns.js';

const TABLE = 'engines';

/** How often each engine was in a result and what it did there, counted from now on, and renames. */
export class EngineCounts1764000000015 implements MigrationInterface {
  name = 'EngineCounts1764000000015';

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
    ...['times_seen', 'times_answered', 'times_flagged', 'times_timed_out'].map((name) =>
      column.integer(name, { default: '0' }),
    ),
    column.integer('renamed_to_id', { isNullable: true }),
    column.instant('renamed_at', { isNullable: true }),
  ];
}

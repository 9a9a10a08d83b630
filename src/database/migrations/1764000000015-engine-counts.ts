import {
  type MigrationInterface,
  type QueryRunner,
  TableColumn,
  type TableColumnOptions,
} from 'typeorm';
import { Columns } from '../columns.js';

const TABLE = 'engines';

/** How often each engine was in a result and what it did there, counted from now on, and renames. */
export class EngineCounts1764000000015 implements MigrationInterface {
  name = 'EngineCounts1764000000015';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of added(runner)) {
      if (await runner.hasColumn(TABLE, column.name)) continue;
      await runner.addColumn(TABLE, new TableColumn(column));
    }
  }

  /** Not by TypeORM's own step, which on SQLite rebuilds the table under the rows that refer to it. */
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
    ...['times_seen', 'times_answered', 'times_flagged', 'times_timed_out'].map((name) =>
      column.integer(name, { default: '0' }),
    ),
    column.integer('renamed_to_id', { isNullable: true }),
    column.instant('renamed_at', { isNullable: true }),
  ];
}

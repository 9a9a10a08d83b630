import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { Columns } from '../columns.js';
import { addColumns, dropColumns } from '../table-columns.js';

const TABLE = 'users';

/** The language and the time zone that a user chose. */
export class UserLanguage1764000000026 implements MigrationInterface {
  name = 'UserLanguage1764000000026';

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
    column.ascii('language', 8, { isNullable: true }),
    column.ascii('time_zone', 64, { isNullable: true }),
  ];
}

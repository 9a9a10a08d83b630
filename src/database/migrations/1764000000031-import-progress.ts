import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Columns } from '../columns.js';
import { addColumns, dropColumns } from '../table-columns.js';

/** How many rows an import writes in all is on its row, so that a page can say how far it got. */
export class ImportProgress1764000000031 implements MigrationInterface {
  name = 'ImportProgress1764000000031';

  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'imports', columns(runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, 'imports', columns(runner));
  }
}

function columns(runner: QueryRunner) {
  return [new Columns(runner).integer('rows_to_write', { isNullable: true })];
}

import {
  type MigrationInterface,
  type QueryRunner,
  TableColumn,
  type TableColumnOptions,
} from 'typeorm';
import { Columns } from '../columns.js';

/** From what age on details are thinned, and what a scan counted before its tasks were. */
export class Thinning1764000000008 implements MigrationInterface {
  name = 'Thinning1764000000008';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column] of added(runner)) {
      if (await runner.hasColumn(table, column.name)) continue;
      await runner.addColumn(table, new TableColumn(column));
    }
  }

  /**
   * What was thinned stays so: its scans count fewer tasks from then on. Not by TypeORM's own step,
   * which on SQLite rebuilds the table: undoing leaves foreign keys on, and the tasks would go with
   * the old table.
   */
  async down(runner: QueryRunner): Promise<void> {
    for (const [table, { name }] of added(runner).reverse()) {
      if (!(await runner.hasColumn(table, name))) continue;
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
    }
  }
}

function added(runner: QueryRunner): [table: string, column: TableColumnOptions][] {
  const column = new Columns(runner);
  return [
    ['virustotal_settings', column.integer('keep_details_days', { isNullable: true })],
    ['scans', column.integer('thinned_completed', { default: '0' })],
    ['scans', column.integer('thinned_flagged', { default: '0' })],
  ];
}

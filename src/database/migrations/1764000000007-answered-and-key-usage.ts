import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  TableColumn,
  type TableColumnOptions,
} from 'typeorm';
import { Columns } from '../columns.js';

const COUNTED = 'period, used, used_by_others, allowed, read_at';

/**
 * When an engine last answered, beside when it was last seen, and usage by key, so that a key which
 * comes back finds what it has spent. Usage counted until now gets the key id '', which the settings
 * service replaces by the stored key's own: no migration can read the key.
 */
export class AnsweredAndKeyUsage1764000000007 implements MigrationInterface {
  name = 'AnsweredAndKeyUsage1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await add(runner, 'engines', column.instant('last_answered_at', { isNullable: true }));
    await runner.query(
      'UPDATE engines SET last_answered_at = last_seen_at WHERE last_answered_at IS NULL',
    );
    await add(runner, 'virustotal_settings', column.ascii('key_id', 16, { isNullable: true }));
    await runner.createTable(
      new Table({
        name: 'key_usage',
        columns: [
          column.ascii('key_id', 16, { isPrimary: true }),
          column.ascii('period', 10, { isPrimary: true }),
          ...counts(column),
        ],
      }),
      true,
    );
    if (!(await runner.hasTable('budget_usage'))) return;
    await runner.query(
      `INSERT INTO key_usage (key_id, ${COUNTED}) SELECT '', ${COUNTED} FROM budget_usage
       WHERE period NOT IN (SELECT period FROM key_usage)`,
    );
    await runner.dropTable('budget_usage', true);
  }

  async down(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'budget_usage',
        columns: [column.ascii('period', 10, { isPrimary: true }), ...counts(column)],
      }),
      true,
    );
    if (await runner.hasTable('key_usage')) {
      // One count a period is all that there is room for: the highest spends no more than allowed.
      await runner.query(
        `INSERT INTO budget_usage (${COUNTED})
         SELECT period, MAX(used), MAX(used_by_others), MIN(allowed), MAX(read_at) FROM key_usage
         WHERE period NOT IN (SELECT period FROM budget_usage) GROUP BY period`,
      );
      await runner.dropTable('key_usage', true);
    }
    await drop(runner, 'virustotal_settings', 'key_id');
    await drop(runner, 'engines', 'last_answered_at');
  }
}

function counts(column: Columns): TableColumnOptions[] {
  return [
    column.integer('used'),
    column.integer('used_by_others', { default: '0' }),
    column.integer('allowed', { isNullable: true }),
    column.instant('read_at', { isNullable: true }),
  ];
}

async function add(runner: QueryRunner, table: string, column: TableColumnOptions): Promise<void> {
  if (await runner.hasColumn(table, column.name)) return;
  await runner.addColumn(table, new TableColumn(column));
}

/** Not by TypeORM's own step, which on SQLite rebuilds the table under the rows that refer to it. */
async function drop(runner: QueryRunner, table: string, column: string): Promise<void> {
  if (!(await runner.hasColumn(table, column))) return;
  await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
}

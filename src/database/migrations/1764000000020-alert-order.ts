import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';
import { Columns } from '../columns.js';
import { addColumns, dropColumns } from '../table-columns.js';

const TABLE = 'alerts';
const COUNTER = 'alert_order';
const INDEX = 'ix_alerts_change_seq';

/**
 * The order in which changes of alerts were committed, which those who pull them go by, and when a
 * flag by one engine alone is to be confirmed by a re-scan.
 */
export class AlertOrder1764000000020 implements MigrationInterface {
  name = 'AlertOrder1764000000020';

  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, TABLE, added(runner));
    if (!(await hasIndex(runner))) {
      const columnNames = ['change_seq'];
      await runner.createIndex(TABLE, new TableIndex({ name: INDEX, columnNames }));
    }
    if (!(await runner.hasTable(COUNTER))) await runner.createTable(counter(runner));
    await runner.query(
      `UPDATE ${TABLE} SET change_seq = (SELECT n FROM
         (SELECT id, ROW_NUMBER() OVER (ORDER BY updated_at, id) AS n FROM ${TABLE}) AS ranked
         WHERE ranked.id = ${TABLE}.id)
       WHERE change_seq = 0`,
    );
    await runner.query(
      `INSERT INTO ${COUNTER} (id, last_seq, last_at)
         SELECT 1, COALESCE(MAX(change_seq), 0), MAX(updated_at) FROM ${TABLE}
         WHERE NOT EXISTS (SELECT 1 FROM ${COUNTER})`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(COUNTER, true);
    if (await hasIndex(runner)) await runner.dropIndex(TABLE, INDEX);
    await dropColumns(runner, TABLE, added(runner));
  }
}

function added(runner: QueryRunner): TableColumnOptions[] {
  const column = new Columns(runner);
  return [
    column.integer('change_seq', { default: '0' }),
    column.instant('confirm_at', { isNullable: true }),
    column.instant('confirmed_at', { isNullable: true }),
  ];
}

function counter(runner: QueryRunner): Table {
  const column = new Columns(runner);
  return new Table({
    name: COUNTER,
    columns: [
      column.integer('id', { isPrimary: true }),
      column.integer('last_seq'),
      column.instant('last_at', { isNullable: true }),
    ],
  });
}

/** Also of a table that TypeORM read before the index was made. */
async function hasIndex(runner: QueryRunner): Promise<boolean> {
  const table = await runner.getTable(TABLE);
  return table?.indices.some(({ name }) => name === INDEX) ?? false;
}

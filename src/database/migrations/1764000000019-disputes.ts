import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { Columns, foreignKey } from '../columns.js';
import { addColumns, dropColumns } from '../table-columns.js';

const TABLE = 'disputes';
const LISTED = 'detections';
const INDEX = 'ix_detections_dispute';

/** What vendors were asked about their flags, and the detections that it is about. */
export class Disputes1764000000019 implements MigrationInterface {
  name = 'Disputes1764000000019';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: TABLE,
        columns: [
          column.id(),
          column.integer('platform_id'),
          column.integer('engine_id'),
          column.integer('open_engine_id', { isNullable: true }),
          column.ascii('state', 16),
          column.ascii('answer', 16, { isNullable: true }),
          column.varchar('contact', 1000),
          column.varchar('reference', 255),
          column.ascii('follow_up_on', 10),
          column.ascii('told_for', 10, { isNullable: true }),
          column.instant('reported_at'),
          column.varchar('reported_by', 255),
          column.instant('answered_at', { isNullable: true }),
          column.instant('closed_at', { isNullable: true }),
        ],
        indices: [
          {
            name: 'ux_disputes_open',
            columnNames: ['platform_id', 'open_engine_id'],
            isUnique: true,
          },
          { name: 'ix_disputes_follow_up', columnNames: ['follow_up_on'] },
          { name: 'ix_disputes_engine', columnNames: ['engine_id'] },
          { name: 'ix_disputes_closed_at', columnNames: ['closed_at'] },
        ],
        foreignKeys: [
          foreignKey(TABLE, 'platform_id', 'platforms'),
          foreignKey(TABLE, 'engine_id', 'engines'),
        ],
      }),
      true,
    );
    await addColumns(runner, LISTED, added(runner));
    if (!(await hasIndex(runner))) {
      await runner.createIndex(
        LISTED,
        new TableIndex({ name: INDEX, columnNames: ['dispute_id'] }),
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasIndex(runner)) await runner.dropIndex(LISTED, INDEX);
    await dropColumns(runner, LISTED, added(runner));
    await runner.dropTable(TABLE, true);
  }
}

function added(runner: QueryRunner) {
  return [new Columns(runner).integer('dispute_id', { isNullable: true })];
}

async function hasIndex(runner: QueryRunner): Promise<boolean> {
  const table = await runner.getTable(LISTED);
  return table?.indices.some(({ name }) => name === INDEX) ?? false;
}

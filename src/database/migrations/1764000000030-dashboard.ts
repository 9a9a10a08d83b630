import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns } from '../columns.js';
import { addIndex, dropIndex } from '../table-indices.js';

const DETECTIONS = 'detections';
const CLEARED_AT = 'ix_detections_cleared_at';
const LIVE_ENGINE = 'ix_detections_live_engine';

/**
 * What stands, and what was cleared of late, is counted without a look at every detection; and what
 * an admin said of the first steps.
 */
export class Dashboard1764000000030 implements MigrationInterface {
  name = 'Dashboard1764000000030';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, DETECTIONS, CLEARED_AT, ['cleared_at']);
    await addIndex(runner, DETECTIONS, LIVE_ENGINE, ['live_engine_id', 'state', 'platform_id']);
    await runner.createTable(firstSteps(new Columns(runner)), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(firstSteps(new Columns(runner)), true);
    await dropIndex(runner, DETECTIONS, LIVE_ENGINE);
    await dropIndex(runner, DETECTIONS, CLEARED_AT);
  }
}

function firstSteps(column: Columns): Table {
  return new Table({
    name: 'first_steps',
    columns: [
      column.integer('id', { isPrimary: true }),
      column.boolean('is_hidden', { default: '0' }),
      column.boolean('is_without_channels', { default: '0' }),
    ],
  });
}

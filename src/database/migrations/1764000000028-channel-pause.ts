import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Columns } from '../columns.js';
import { addColumns, dropColumns } from '../table-columns.js';
import { addIndex, dropIndex } from '../table-indices.js';

const NEXT_INDEX = 'ix_deliveries_next';

/** How long a channel is left alone is on its row; what it sends next is found by an index. */
export class ChannelPause1764000000028 implements MigrationInterface {
  name = 'ChannelPause1764000000028';

  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'channels', columns(runner));
    const walked = ['channel_id', 'state', 'is_urgent', 'id'];
    await addIndex(runner, 'deliveries', NEXT_INDEX, walked);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'deliveries', NEXT_INDEX);
    await dropColumns(runner, 'channels', columns(runner));
  }
}

function columns(runner: QueryRunner) {
  return [new Columns(runner).instant('paused_until', { isNullable: true })];
}

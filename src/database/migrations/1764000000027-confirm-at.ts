import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../table-indices.js';

const TABLE = 'alerts';
const INDEX = 'ix_alerts_confirm_at';

/** Alerts whose flag is to be confirmed are looked for every minute, without a look at every row. */
export class ConfirmAt1764000000027 implements MigrationInterface {
  name = 'ConfirmAt1764000000027';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, TABLE, INDEX, ['confirm_at']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, TABLE, INDEX);
  }
}

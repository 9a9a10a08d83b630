import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../table-indices.js';

const TABLE = 'platforms';
const INDEX = 'ix_platforms_archived_name';

/** A page of platforms is read, and they are counted, without a look at every row. */
export class PlatformList1764000000024 implements MigrationInterface {
  name = 'PlatformList1764000000024';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, TABLE, INDEX, ['archived_at', 'name']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, TABLE, INDEX);
  }
}

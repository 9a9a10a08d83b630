import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, dropIndex } from '../table-indices.js';

const INDICES: readonly { table: string; name: string; columns: string[] }[] = [
  {
    table: 'platforms',
    name: 'ix_platforms_archived_scanned',
    columns: ['archived_at', 'last_scanned_at'],
  },
  {
    table: 'platforms',
    name: 'ix_platforms_archived_owner',
    columns: ['archived_at', 'owner_name'],
  },
  { table: 'alerts', name: 'ix_alerts_opened_at', columns: ['opened_at'] },
];

/** A page of a long list is read in each of its orders without a look at every row. */
export class ListSorts1764000000029 implements MigrationInterface {
  name = 'ListSorts1764000000029';

  async up(runner: QueryRunner): Promise<void> {
    for (const { table, name, columns } of INDICES) await addIndex(runner, table, name, columns);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table, name } of INDICES) await dropIndex(runner, table, name);
  }
}

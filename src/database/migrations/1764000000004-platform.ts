import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns } from '../columns.js';

/** Monitored platforms. */
export class Platform1764000000004 implements MigrationInterface {
  name = 'Platform1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'platforms',
        columns: [
          column.id(),
          column.varchar('name', 255),
          column.text('url'),
          column.ascii('url_key', 2048),
          column.boolean('is_active', { default: '1' }),
          column.varchar('owner_name', 255),
          column.varchar('owner_email', 254),
          column.text('tags'),
          column.text('notes'),
          column.ascii('state', 16),
          column.instant('last_scanned_at', { isNullable: true }),
          column.instant('last_conclusive_at', { isNullable: true }),
          column.integer('last_conclusive_engines', { isNullable: true }),
          column.instant('submitted_at', { isNullable: true }),
          column.ascii('virustotal_url_id', 64, { isNullable: true }),
          column.instant('archived_at', { isNullable: true }),
          column.instant('created_at'),
          column.instant('updated_at'),
        ],
        indices: [
          { name: 'ux_platforms_url_key', columnNames: ['url_key'], isUnique: true },
          { name: 'ix_platforms_state', columnNames: ['state'] },
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('platforms', true);
  }
}

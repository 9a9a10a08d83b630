import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns } from '../columns.js';

/** VirusTotal settings, and what the key may still spend. */
export class VirusTotal1764000000002 implements MigrationInterface {
  name = 'VirusTotal1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'virustotal_settings',
        columns: [
          column.integer('id', { isPrimary: true }),
          column.boolean('is_active', { default: '0' }),
          column.text('api_key_ciphertext', { isNullable: true }),
          column.ascii('api_key_hint', 4, { isNullable: true }),
          column.ascii('key_state', 16, { default: "'unverified'" }),
          column.integer('scan_frequency_days'),
          column.integer('requests_per_minute'),
          column.integer('requests_per_day'),
          column.integer('requests_per_month'),
          column.integer('reserve_percent'),
          column.integer('alert_threshold', { default: '1' }),
          column.instant('last_verified_at', { isNullable: true }),
          column.varchar('last_error', 1000, { isNullable: true }),
          column.instant('updated_at'),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'budget_places',
        columns: [
          column.id(),
          column.integer('size'),
          column.instant('taken_at'),
          column.instant('answered_at', { isNullable: true }),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'budget_usage',
        columns: [
          column.ascii('period', 10, { isPrimary: true }),
          column.integer('used'),
          column.integer('used_by_others', { default: '0' }),
          column.integer('allowed', { isNullable: true }),
          column.instant('read_at', { isNullable: true }),
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['budget_usage', 'budget_places', 'virustotal_settings']) {
      await runner.dropTable(table, true);
    }
  }
}

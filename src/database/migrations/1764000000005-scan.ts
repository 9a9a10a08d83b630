import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns, foreignKey } from '../columns.js';

/** Schedule, scans, tasks, verdict history, and who runs the engine. */
export class Scan1764000000005 implements MigrationInterface {
  name = 'Scan1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'scan_schedule',
        columns: [
          column.integer('id', { isPrimary: true }),
          column.instant('last_started_at', { isNullable: true }),
          column.instant('next_scan_at', { isNullable: true }),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'engine_lease',
        columns: [
          column.integer('id', { isPrimary: true }),
          column.varchar('holder', 255),
          column.instant('expires_at'),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'scans',
        columns: [
          column.id(),
          column.ascii('trigger', 16),
          column.ascii('state', 32),
          column.boolean('is_over_all'),
          column.integer('open_over_all', { isNullable: true }),
          column.ascii('reason', 64, { isNullable: true }),
          column.instant('waiting_until', { isNullable: true }),
          column.integer('requests_used', { default: '0' }),
          column.varchar('requested_by', 255, { isNullable: true }),
          column.instant('created_at'),
          column.instant('started_at', { isNullable: true }),
          column.instant('finished_at', { isNullable: true }),
        ],
        indices: [
          { name: 'ux_scans_open_over_all', columnNames: ['open_over_all'], isUnique: true },
          { name: 'ix_scans_finished_at', columnNames: ['finished_at'] },
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'scan_tasks',
        columns: [
          column.id(),
          column.integer('scan_id'),
          column.integer('platform_id'),
          column.integer('open_platform_id', { isNullable: true }),
          column.integer('joined_task_id', { isNullable: true }),
          column.ascii('state', 16),
          column.boolean('is_urgent', { default: '0' }),
          column.integer('position'),
          column.ascii('analysis_id', 255, { isNullable: true }),
          column.instant('submitted_at', { isNullable: true }),
          column.instant('due_at', { isNullable: true }),
          column.integer('submissions', { default: '0' }),
          column.integer('polls', { default: '0' }),
          column.integer('faults', { default: '0' }),
          column.instant('first_fault_at', { isNullable: true }),
          column.integer('malicious', { isNullable: true }),
          column.integer('suspicious', { isNullable: true }),
          column.integer('harmless', { isNullable: true }),
          column.integer('undetected', { isNullable: true }),
          column.integer('unanswered', { isNullable: true }),
          column.boolean('is_conclusive', { isNullable: true }),
          column.boolean('is_flagged', { isNullable: true }),
          column.ascii('error_code', 64, { isNullable: true }),
          column.varchar('error_detail', 1000, { isNullable: true }),
          column.text('diagnosis', { isNullable: true }),
          column.instant('completed_at', { isNullable: true }),
        ],
        indices: [
          { name: 'ux_scan_tasks_open', columnNames: ['open_platform_id'], isUnique: true },
          { name: 'ix_scan_tasks_scan_state', columnNames: ['scan_id', 'state'] },
          { name: 'ix_scan_tasks_platform', columnNames: ['platform_id'] },
          { name: 'ix_scan_tasks_joined', columnNames: ['joined_task_id'] },
          { name: 'ix_scan_tasks_state', columnNames: ['state', 'is_urgent', 'position'] },
        ],
        foreignKeys: [
          foreignKey('scan_tasks', 'scan_id', 'scans', 'CASCADE'),
          foreignKey('scan_tasks', 'platform_id', 'platforms'),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'verdict_intervals',
        columns: [
          column.id(),
          column.integer('platform_id'),
          column.integer('engine_id'),
          column.varchar('category', 64),
          column.varchar('result', 1000, { isNullable: true }),
          column.varchar('method', 64, { isNullable: true }),
          column.integer('from_task_id'),
          column.integer('last_task_id', { isNullable: true }),
        ],
        indices: [
          {
            name: 'ix_verdict_intervals_platform',
            columnNames: ['platform_id', 'last_task_id'],
          },
        ],
        foreignKeys: [
          foreignKey('verdict_intervals', 'platform_id', 'platforms'),
          foreignKey('verdict_intervals', 'engine_id', 'engines'),
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['verdict_intervals', 'scan_tasks', 'scans', 'engine_lease', 'scan_schedule'];
    for (const table of tables) await runner.dropTable(table, true);
  }
}

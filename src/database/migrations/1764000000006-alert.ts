import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns, foreignKey } from '../columns.js';

/** Alerts, their detections and timeline, and what was accepted. */
export class Alert1764000000006 implements MigrationInterface {
  name = 'Alert1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'alerts',
        columns: [
          column.id(),
          column.integer('version', { default: '1' }),
          column.integer('platform_id'),
          column.integer('open_platform_id', { isNullable: true }),
          column.ascii('state', 16),
          column.ascii('severity', 16),
          column.ascii('reason', 32, { isNullable: true }),
          column.varchar('assignee', 255, { isNullable: true }),
          column.integer('previous_alert_id', { isNullable: true }),
          column.instant('opened_at'),
          column.instant('updated_at'),
          column.instant('resolved_at', { isNullable: true }),
        ],
        indices: [
          { name: 'ux_alerts_open_platform', columnNames: ['open_platform_id'], isUnique: true },
          { name: 'ix_alerts_platform', columnNames: ['platform_id'] },
          { name: 'ix_alerts_state', columnNames: ['state', 'severity'] },
          { name: 'ix_alerts_updated_at', columnNames: ['updated_at'] },
        ],
        foreignKeys: [
          foreignKey('alerts', 'platform_id', 'platforms'),
          foreignKey('alerts', 'previous_alert_id', 'alerts'),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'detections',
        columns: [
          column.id(),
          column.integer('platform_id'),
          column.integer('engine_id'),
          column.integer('alert_id', { isNullable: true }),
          column.integer('live_engine_id', { isNullable: true }),
          column.varchar('category', 64),
          column.varchar('result', 1000, { isNullable: true }),
          column.varchar('method', 64, { isNullable: true }),
          column.ascii('state', 16),
          column.instant('first_seen_at'),
          column.instant('last_seen_at'),
          column.instant('cleared_at', { isNullable: true }),
        ],
        indices: [
          {
            name: 'ux_detections_live',
            columnNames: ['platform_id', 'live_engine_id'],
            isUnique: true,
          },
          { name: 'ix_detections_alert', columnNames: ['alert_id'] },
          { name: 'ix_detections_engine', columnNames: ['engine_id'] },
        ],
        foreignKeys: [
          foreignKey('detections', 'platform_id', 'platforms'),
          foreignKey('detections', 'engine_id', 'engines'),
          foreignKey('detections', 'alert_id', 'alerts'),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'acceptances',
        columns: [
          column.id(),
          column.integer('platform_id'),
          column.integer('engine_id'),
          column.varchar('category', 64),
          column.varchar('result', 1000, { isNullable: true }),
          column.integer('alert_id'),
          column.instant('accepted_at'),
        ],
        indices: [
          { name: 'ix_acceptances_platform', columnNames: ['platform_id', 'engine_id'] },
          { name: 'ix_acceptances_alert', columnNames: ['alert_id'] },
        ],
        foreignKeys: [
          foreignKey('acceptances', 'platform_id', 'platforms'),
          foreignKey('acceptances', 'engine_id', 'engines'),
          foreignKey('acceptances', 'alert_id', 'alerts'),
        ],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'alert_events',
        columns: [
          column.id(),
          column.integer('alert_id'),
          column.instant('at'),
          column.varchar('actor', 255),
          column.ascii('kind', 32),
          column.text('data'),
        ],
        indices: [{ name: 'ix_alert_events_alert', columnNames: ['alert_id'] }],
        foreignKeys: [foreignKey('alert_events', 'alert_id', 'alerts')],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['alert_events', 'acceptances', 'detections', 'alerts']) {
      await runner.dropTable(table, true);
    }
  }
}

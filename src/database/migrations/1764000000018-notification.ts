import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns, foreignKey } from '../columns.js';

/** Channels; and what happened, from the outbox to every try at its delivery. */
export class Notification1764000000018 implements MigrationInterface {
  name = 'Notification1764000000018';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    for (const make of [channels, events, deliveries, entries, attempts]) {
      await runner.createTable(make(column), true);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const make of [attempts, entries, deliveries, events, channels]) {
      await runner.dropTable(make(new Columns(runner)), true);
    }
  }
}

function channels(column: Columns): Table {
  return new Table({
    name: 'channels',
    columns: [
      column.id(),
      column.ascii('kind', 16),
      column.varchar('name', 255),
      column.boolean('is_active', { default: '1' }),
      column.varchar('inactive_reason', 1000, { isNullable: true }),
      column.ascii('mode', 16),
      column.integer('digest_minutes', { default: '60' }),
      column.ascii('min_severity', 16),
      column.text('tags'),
      column.text('owners'),
      column.text('event_types', { isNullable: true }),
      column.boolean('tells_owner', { default: '0' }),
      column.integer('reminder_days', { default: '0' }),
      column.ascii('quiet_from', 5, { isNullable: true }),
      column.ascii('quiet_to', 5, { isNullable: true }),
      column.ascii('quiet_zone', 64, { default: "'UTC'" }),
      column.text('config'),
      column.text('secret_ciphertext', { isNullable: true }),
      column.instant('created_at'),
      column.instant('updated_at'),
      column.instant('deleted_at', { isNullable: true }),
    ],
  });
}

function events(column: Columns): Table {
  return new Table({
    name: 'notification_events',
    columns: [
      column.id(),
      column.ascii('event_key', 190),
      column.ascii('type', 32),
      column.instant('at'),
      column.ascii('subject', 64),
      column.ascii('severity', 16, { isNullable: true }),
      column.text('platform_tags', { isNullable: true }),
      column.varchar('owner_email', 254, { isNullable: true }),
      column.boolean('is_urgent'),
      column.boolean('is_reminder'),
      column.longText('data'),
    ],
    indices: [
      { name: 'ux_notification_events_key', columnNames: ['event_key'], isUnique: true },
      { name: 'ix_notification_events_at', columnNames: ['at'] },
    ],
  });
}

function deliveries(column: Columns): Table {
  return new Table({
    name: 'deliveries',
    columns: [
      column.id(),
      column.integer('channel_id'),
      column.varchar('recipient', 254),
      column.ascii('message_id', 64),
      column.ascii('type', 32),
      column.ascii('subject', 64),
      column.ascii('severity', 16, { isNullable: true }),
      column.boolean('is_urgent'),
      column.boolean('is_reminder'),
      column.ascii('state', 16),
      column.integer('attempts', { default: '0' }),
      column.instant('next_attempt_at'),
      column.instant('give_up_at', { isNullable: true }),
      column.ascii('claimed_by', 64, { isNullable: true }),
      column.instant('claimed_until', { isNullable: true }),
      column.varchar('reason', 1000, { isNullable: true }),
      column.longText('body'),
      column.instant('created_at'),
      column.instant('delivered_at', { isNullable: true }),
    ],
    indices: [
      { name: 'ux_deliveries_message_id', columnNames: ['message_id'], isUnique: true },
      { name: 'ix_deliveries_state', columnNames: ['state', 'channel_id', 'next_attempt_at'] },
      { name: 'ix_deliveries_channel', columnNames: ['channel_id'] },
      { name: 'ix_deliveries_created_at', columnNames: ['created_at'] },
    ],
  });
}

function entries(column: Columns): Table {
  return new Table({
    name: 'outbox_entries',
    columns: [
      column.id(),
      column.integer('event_id'),
      column.integer('channel_id'),
      column.varchar('recipient', 254),
      column.ascii('subject', 64),
      column.ascii('state', 16),
      column.boolean('is_single'),
      column.boolean('is_urgent'),
      column.instant('due_at'),
      column.integer('delivery_id', { isNullable: true }),
    ],
    indices: [
      {
        name: 'ux_outbox_entries_once',
        columnNames: ['event_id', 'channel_id', 'recipient'],
        isUnique: true,
      },
      { name: 'ix_outbox_entries_due', columnNames: ['state', 'due_at'] },
      {
        name: 'ix_outbox_entries_subject',
        columnNames: ['channel_id', 'recipient', 'subject'],
      },
      { name: 'ix_outbox_entries_delivery', columnNames: ['delivery_id'] },
    ],
    foreignKeys: [
      foreignKey('outbox_entries', 'event_id', 'notification_events', 'CASCADE'),
      foreignKey('outbox_entries', 'delivery_id', 'deliveries', 'CASCADE'),
    ],
  });
}

function attempts(column: Columns): Table {
  return new Table({
    name: 'delivery_attempts',
    columns: [
      column.id(),
      column.integer('delivery_id'),
      column.instant('at'),
      column.integer('ms', { isNullable: true }),
      column.ascii('outcome', 16),
      column.integer('status', { isNullable: true }),
      column.varchar('reason', 1000, { isNullable: true }),
    ],
    indices: [{ name: 'ix_delivery_attempts_delivery', columnNames: ['delivery_id'] }],
    foreignKeys: [foreignKey('delivery_attempts', 'delivery_id', 'deliveries', 'CASCADE')],
  });
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns } from '../columns.js';

/** Troubles that stand and were told of; and mails to admins that no channel sends. */
export class Watch1764000000025 implements MigrationInterface {
  name = 'Watch1764000000025';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    for (const make of [standingTroubles, adminMails]) {
      await runner.createTable(make(column), true);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const make of [adminMails, standingTroubles]) {
      await runner.dropTable(make(new Columns(runner)), true);
    }
  }
}

function standingTroubles(column: Columns): Table {
  return new Table({
    name: 'standing_troubles',
    columns: [column.ascii('name', 32, { isPrimary: true }), column.instant('since')],
  });
}

function adminMails(column: Columns): Table {
  return new Table({
    name: 'admin_mails',
    columns: [
      column.id(),
      column.ascii('event_key', 190),
      column.varchar('recipient', 254),
      column.ascii('message_id', 64),
      column.ascii('type', 32),
      column.instant('at'),
      column.longText('data'),
      column.integer('attempts', { default: '0' }),
      column.instant('next_try_at'),
    ],
    indices: [
      {
        name: 'ux_admin_mails_once',
        columnNames: ['event_key', 'recipient'],
        isUnique: true,
      },
    ],
  });
}

import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  TableColumn,
  type TableColumnOptions,
} from 'typeorm';
import { Columns, foreignKey } from '../columns.js';

/** One-time links, second factors, and what an admin asks of everybody who signs in. */
export class AccessLinks1764000000011 implements MigrationInterface {
  name = 'AccessLinks1764000000011';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    for (const added of addedToUsers(runner)) {
      if (await runner.hasColumn('users', added.name)) continue;
      await runner.addColumn('users', new TableColumn(added));
    }
    await runner.createTable(
      new Table({
        name: 'one_time_links',
        columns: [
          column.id(),
          column.ascii('kind', 16),
          column.ascii('token_hash', 64),
          column.integer('user_id', { isNullable: true }),
          column.varchar('email', 254),
          column.ascii('role', 16, { isNullable: true }),
          column.instant('created_at'),
          column.instant('expires_at'),
        ],
        indices: [
          { name: 'ux_one_time_links_hash', columnNames: ['token_hash'], isUnique: true },
          { name: 'ix_one_time_links_email', columnNames: ['email'] },
          { name: 'ix_one_time_links_user_id', columnNames: ['user_id'] },
        ],
        foreignKeys: [foreignKey('one_time_links', 'user_id', 'users', 'CASCADE')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'recovery_codes',
        columns: [column.id(), column.integer('user_id'), column.ascii('code_hash', 64)],
        indices: [{ name: 'ix_recovery_codes_user_id', columnNames: ['user_id'] }],
        foreignKeys: [foreignKey('recovery_codes', 'user_id', 'users', 'CASCADE')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'access_settings',
        columns: [
          column.integer('id', { isPrimary: true }),
          column.boolean('is_second_factor_required', { default: '0' }),
        ],
      }),
      true,
    );
  }

  /** Not by TypeORM's own step, which on SQLite rebuilds the table: sessions would go with it. */
  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['access_settings', 'recovery_codes', 'one_time_links']) {
      await runner.dropTable(table, true);
    }
    for (const { name } of addedToUsers(runner).reverse()) {
      if (!(await runner.hasColumn('users', name))) continue;
      await runner.query(`ALTER TABLE users DROP COLUMN ${name}`);
    }
  }
}

function addedToUsers(runner: QueryRunner): TableColumnOptions[] {
  const column = new Columns(runner);
  return [
    column.varchar('totp_ciphertext', 255, { isNullable: true }),
    column.instant('totp_enabled_at', { isNullable: true }),
    column.integer('totp_last_step', { isNullable: true }),
  ];
}

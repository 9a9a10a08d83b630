import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns, foreignKey } from '../columns.js';

/** Users, sessions and API tokens. */
export class Access1764000000001 implements MigrationInterface {
  name = 'Access1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'users',
        columns: [
          column.id(),
          column.varchar('email', 254),
          column.varchar('password_hash', 255),
          column.ascii('role', 16),
          column.boolean('is_active', { default: '1' }),
          column.instant('created_at'),
          column.instant('last_signed_in_at', { isNullable: true }),
        ],
        indices: [{ name: 'ux_users_email', columnNames: ['email'], isUnique: true }],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'sessions',
        columns: [
          column.ascii('id_hash', 64, { isPrimary: true }),
          column.integer('user_id', { isNullable: true }),
          column.text('data'),
          column.instant('created_at'),
          column.instant('touched_at'),
          column.instant('expires_at'),
        ],
        indices: [
          { name: 'ix_sessions_expires_at', columnNames: ['expires_at'] },
          { name: 'ix_sessions_user_id', columnNames: ['user_id'] },
        ],
        foreignKeys: [foreignKey('sessions', 'user_id', 'users', 'CASCADE')],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'api_tokens',
        columns: [
          column.id(),
          column.varchar('name', 255),
          column.ascii('prefix', 16),
          column.ascii('token_hash', 64),
          column.ascii('scope', 16),
          column.instant('created_at'),
          column.instant('last_used_at', { isNullable: true }),
          column.instant('expires_at', { isNullable: true }),
          column.instant('revoked_at', { isNullable: true }),
        ],
        indices: [{ name: 'ux_api_tokens_hash', columnNames: ['token_hash'], isUnique: true }],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['api_tokens', 'sessions', 'users']) await runner.dropTable(table, true);
  }
}

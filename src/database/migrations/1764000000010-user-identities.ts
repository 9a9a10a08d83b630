import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns, foreignKey } from '../columns.js';

/** By what an OpenID provider knows a user. */
export class UserIdentities1764000000010 implements MigrationInterface {
  name = 'UserIdentities1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'user_identities',
        columns: [
          column.id(),
          column.ascii('issuer', 512),
          column.ascii('subject', 255),
          column.integer('user_id'),
          column.instant('created_at'),
        ],
        indices: [
          {
            name: 'ux_user_identities_subject',
            columnNames: ['issuer', 'subject'],
            isUnique: true,
          },
          { name: 'ux_user_identities_user_id', columnNames: ['user_id'], isUnique: true },
        ],
        foreignKeys: [foreignKey('user_identities', 'user_id', 'users', 'CASCADE')],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('user_identities', true);
  }
}

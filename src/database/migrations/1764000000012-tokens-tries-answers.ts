import { type MigrationInterface, type QueryRunner, Table, TableColumn, TableIndex } from 'typeorm';
import { Columns } from '../columns.js';

const PREFIX_INDEX = 'ix_api_tokens_prefix';

/** Who made a token, tokens by prefix, tries that are counted, and answers that are given again. */
export class TokensTriesAnswers1764000000012 implements MigrationInterface {
  name = 'TokensTriesAnswers1764000000012';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    if (!(await runner.hasColumn('api_tokens', 'created_by'))) {
      const createdBy = column.varchar('created_by', 254, { isNullable: true });
      await runner.addColumn('api_tokens', new TableColumn(createdBy));
    }
    if (!(await hasPrefixIndex(runner))) {
      await runner.createIndex(
        'api_tokens',
        new TableIndex({ name: PREFIX_INDEX, columnNames: ['prefix'] }),
      );
    }
    await runner.createTable(
      new Table({
        name: 'tries',
        columns: [
          column.ascii('key_hash', 64, { isPrimary: true }),
          column.integer('hits'),
          column.instant('ends_at'),
        ],
        indices: [{ name: 'ix_tries_ends_at', columnNames: ['ends_at'] }],
      }),
      true,
    );
    await runner.createTable(
      new Table({
        name: 'idempotent_answers',
        columns: [
          column.ascii('key_hash', 64, { isPrimary: true }),
          column.ascii('request_hash', 64),
          column.ascii('claim', 32),
          column.instant('lease_ends_at'),
          column.integer('status', { isNullable: true }),
          column.ascii('content_type', 100, { isNullable: true }),
          column.varchar('location', 500, { isNullable: true }),
          column.text('body', { isNullable: true }),
          column.instant('expires_at'),
        ],
        indices: [{ name: 'ix_idempotent_answers_expires_at', columnNames: ['expires_at'] }],
      }),
      true,
    );
  }

  /** Columns not by TypeORM's own step, which on SQLite rebuilds the table. */
  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['idempotent_answers', 'tries']) await runner.dropTable(table, true);
    if (await hasPrefixIndex(runner)) await runner.dropIndex('api_tokens', PREFIX_INDEX);
    if (await runner.hasColumn('api_tokens', 'created_by')) {
      await runner.query('ALTER TABLE api_tokens DROP COLUMN created_by');
    }
  }
}

async function hasPrefixIndex(runner: QueryRunner): Promise<boolean> {
  const table = await runner.getTable('api_tokens');
  return table?.indices.some(({ name }) => name === PREFIX_INDEX) ?? false;
}

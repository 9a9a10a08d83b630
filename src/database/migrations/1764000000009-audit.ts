import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { Columns } from '../columns.js';

/** The audit trail. It refers to nothing by foreign key, so that no row of it goes with another. */
export class Audit1764000000009 implements MigrationInterface {
  name = 'Audit1764000000009';

  async up(runner: QueryRunner): Promise<void> {
    const column = new Columns(runner);
    await runner.createTable(
      new Table({
        name: 'audit_entries',
        columns: [
          column.id(),
          column.instant('at'),
          column.ascii('actor_kind', 16),
          column.integer('actor_id', { isNullable: true }),
          column.varchar('actor_name', 255),
          column.ascii('address', 64, { isNullable: true }),
          column.ascii('action', 64),
          column.ascii('subject_kind', 32, { isNullable: true }),
          column.varchar('subject_id', 64, { isNullable: true }),
          column.varchar('subject_label', 255, { isNullable: true }),
          column.text('values_before', { isNullable: true }),
          column.text('values_after', { isNullable: true }),
        ],
        indices: [
          { name: 'ix_audit_entries_at', columnNames: ['at'] },
          { name: 'ix_audit_entries_action', columnNames: ['action'] },
          { name: 'ix_audit_entries_subject', columnNames: ['subject_kind', 'subject_id'] },
        ],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('audit_entries', true);
  }
}

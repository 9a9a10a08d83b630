import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';
import { Columns } from '../columns.js';

const TABLE = 'scan_tasks';
const COLUMN = 'is_joined';

/**
 * Answers of one scan no longer wait for each other. MySQL checks a foreign key whenever the index
 * it goes by changes, and locks the row it points to: that index had a task's state in it, so
 * that every change of a state locked the scan.
 */
export class ScanLocks1764000000014 implements MigrationInterface {
  name = 'ScanLocks1764000000014';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn(TABLE, COLUMN))) {
      await addColumn(runner);
    }
    // Through a table of its own: MySQL does not read from the very table that it updates.
    await runner.query(
      `UPDATE ${TABLE} SET ${COLUMN} = 1 WHERE id IN (SELECT id FROM
         (SELECT joined_task_id AS id FROM ${TABLE} WHERE joined_task_id IS NOT NULL) AS joined)`,
    );
    await addIndex(runner, 'ix_scan_tasks_scan', ['scan_id']);
    await addIndex(runner, 'ix_scan_tasks_state_scan', ['state', 'scan_id']);
    await dropIndex(runner, 'ix_scan_tasks_scan_state');
  }

  async down(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'ix_scan_tasks_scan_state', ['scan_id', 'state']);
    await dropIndex(runner, 'ix_scan_tasks_state_scan');
    await dropIndex(runner, 'ix_scan_tasks_scan');
    // Not by TypeORM's own step, which on SQLite rebuilds the table.
    if (await runner.hasColumn(TABLE, COLUMN)) {
      await runner.query(`ALTER TABLE ${TABLE} DROP COLUMN ${COLUMN}`);
    }
  }
}

/** On SQLite TypeORM's own step copies the whole table, which may hold millions of tasks. */
async function addColumn(runner: QueryRunner): Promise<void> {
  if (runner.dataSource.options.type === 'better-sqlite3') {
    await runner.query(`ALTER TABLE ${TABLE} ADD COLUMN ${COLUMN} boolean NOT NULL DEFAULT (0)`);
    return;
  }
  const column = new Columns(runner).boolean(COLUMN, { default: '0' });
  await runner.addColumn(TABLE, new TableColumn(column));
}

async function addIndex(runner: QueryRunner, name: string, columnNames: string[]): Promise<void> {
  if (await hasIndex(runner, name)) return;
  await runner.createIndex(TABLE, new TableIndex({ name, columnNames }));
}

async function dropIndex(runner: QueryRunner, name: string): Promise<void> {
  if (await hasIndex(runner, name)) await runner.dropIndex(TABLE, name);
}

/** Also of a table that TypeORM read before the index was made. */
async function hasIndex(runner: QueryRunner, name: string): Promise<boolean> {
  const table = await runner.getTable(TABLE);
  return table?.indices.some((index) => index.name === name) ?? false;
}

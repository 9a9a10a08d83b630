import { OjuDataSource } from '../../src/database/oju-data-source.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import type { Providers } from './providers.js';

/** More than a page or two beyond what is there. */
const SPARE_PAGES = 500;
const TOO_MUCH_BYTES = 100_000_000;
const NO_LIMIT_PAGES = 1_000_000_000;

/** A write that a database refuses. */
export interface RefusedWrite {
  /** Such as `UPDATE ON scan_tasks`. */
  write: string;
  /** On the new row, such as `NEW.state = 'completed'`. */
  when: string;
}

/**
 * From now on the database refuses a write for what is in it, as it would a row that breaks a rule.
 * @returns takes that back
 */
export async function refuseWrite(
  nest: Providers,
  { write, when }: RefusedWrite,
): Promise<() => Promise<void>> {
  const dataSource = nest.get(OjuDataSource);
  const create = nest.get(UnitOfWork).isSerial
    ? `CREATE TRIGGER refuse BEFORE ${write} WHEN ${when} BEGIN SELECT RAISE(ABORT, 'refused'); END`
    : signalling(write, when, `'45000' SET MESSAGE_TEXT = 'refused'`);
  await dataSource.query(create);
  return async () => {
    await dataSource.query('DROP TRIGGER refuse');
  };
}

/**
 * From now on a write finds the disk full.
 * @returns takes that back
 */
export async function fillUpOn(
  nest: Providers,
  { write, when }: RefusedWrite,
): Promise<() => Promise<void>> {
  const dataSource = nest.get(OjuDataSource);
  if (!nest.get(UnitOfWork).isSerial) {
    // 1021 is MariaDB's ER_DISK_FULL.
    await dataSource.query(signalling(write, when, `'HY000' SET MYSQL_ERRNO = 1021`));
    return async () => {
      await dataSource.query('DROP TRIGGER refuse');
    };
  }
  await dataSource.query('CREATE TABLE filler (content BLOB)');
  await dataSource.query(
    `CREATE TRIGGER refuse BEFORE ${write} WHEN ${when}
     BEGIN INSERT INTO filler VALUES (zeroblob(${TOO_MUCH_BYTES})); END`,
  );
  const [size] = await dataSource.query<{ page_count: number }[]>('PRAGMA page_count');
  const most = (size?.page_count ?? 0) + SPARE_PAGES;
  await dataSource.query(`PRAGMA max_page_count = ${most}`);
  return async () => {
    await dataSource.query('DROP TRIGGER refuse');
    await dataSource.query(`PRAGMA max_page_count = ${NO_LIMIT_PAGES}`);
  };
}

function signalling(write: string, when: string, state: string): string {
  return `CREATE TRIGGER refuse BEFORE ${write} FOR EACH ROW
          IF ${when} THEN SIGNAL SQLSTATE ${state}; END IF`;
}

import {
  describeOnEachDatabase,
  describeOnEachEmptyDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { HelperProcess, startOnDatabase } from '../support/helper-process.js';
import { type OpenDatabase, openDatabase, temporarySqlite } from '../support/open-database.js';
import { aVendor } from '../support/overlapping-writers.js';
import { giveTables } from '../support/template-database.js';
import { migrate, pendingMigrations } from '../../src/database/migrate.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';

jest.setTimeout(60_000);

describe('The connection to SQLite', () => {
  const database = temporarySqlite();
  let open: OpenDatabase;

  beforeAll(async () => {
    open = await openDatabase(database);
    await migrate(open.dataSource);
  });
  afterAll(async () => {
    await open.dataSource.destroy();
    await database.drop();
  });

  it.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2], // FULL
    ['foreign_keys', 1],
  ])('has %s = %s, after a migration too', async (pragma, value) => {
    expect(await open.dataSource.query(`PRAGMA ${pragma}`)).toEqual([{ [pragma]: value }]);
  });

  it('never waits inside better-sqlite3, which would block the event loop', async () => {
    expect(await open.dataSource.query('PRAGMA busy_timeout')).toEqual([{ timeout: 0 }]);
  });

  it('keeps foreign keys', async () => {
    const orphan = open.dataSource.query(
      `INSERT INTO sessions (id_hash, user_id, data, created_at, touched_at, expires_at)
       VALUES ('x', 999, '{}', '2026-11-24', '2026-11-24', '2026-11-24')`,
    );
    await expect(orphan).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
  });

  it('commits nothing of a unit of work that passed over a full disk', async () => {
    const { dataSource, unitOfWork } = open;
    const vendors = () => unitOfWork.repository(Vendor);
    const insert = (name: string, length = 1) =>
      vendors().insert({ ...aVendor(name), comments: 'x'.repeat(length) });
    // SQLite then rolls back by itself, and would commit what follows statement by statement.
    await dataSource.query('PRAGMA max_page_count = 1');

    const running = unitOfWork.run(async () => {
      await insert('before');
      await insert('too long', 1_000_000).catch(() => undefined);
      await insert('after').catch(() => undefined);
    });

    await expect(running).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    await dataSource.query('PRAGMA max_page_count = 1000000');
    expect(await vendors().count()).toBe(0);
    await unitOfWork.run(() => insert('later'));
    expect(await vendors().count()).toBe(1);
  });
});

describeOnEachDatabase('What is stored', (database) => {
  let open: OpenDatabase;

  beforeAll(async () => {
    open = await openDatabase(database());
    await migrate(open.dataSource);
  });
  beforeEach(async () => {
    await open.unitOfWork.repository(Vendor).deleteAll();
  });
  afterEach(() => HelperProcess.killAll());
  afterAll(async () => {
    await open.dataSource.destroy();
  });

  // Around both changes of the clocks in New York: an hour that is not, and one that is twice.
  const instants = [
    '2026-03-08T06:59:59.999Z',
    '2026-03-08T07:30:00.001Z',
    '2026-11-01T05:30:00.123Z',
    '2026-11-01T06:30:00.123Z',
    '2026-12-31T23:59:59.999Z',
    '2027-01-01T00:00:00.000Z',
  ];

  it('keeps instants to the millisecond, whatever the time zone of the process', async () => {
    const inNewYork = await storeIn('America/New_York', database(), instants);
    const found = await open.unitOfWork.repository(Vendor).find({ order: { id: 'ASC' } });

    expect(inNewYork).toEqual(instants);
    expect(found.map((vendor) => vendor.updatedAt.toISOString())).toEqual(instants);
  });

  it('orders and compares instants as they follow one another', async () => {
    await storeIn('America/New_York', database(), [...instants].reverse());

    const found = await open.unitOfWork
      .repository(Vendor)
      .createQueryBuilder('vendor')
      .where('vendor.createdAt > :from', { from: new Date(instants[1]!) })
      .orderBy('vendor.createdAt', 'ASC')
      .getMany();

    expect(found.map((vendor) => vendor.name)).toEqual(instants.slice(2));
  });

  it('keeps text byte for byte, and compares it so', async () => {
    const vendors = open.unitOfWork.repository(Vendor);
    const names = ['Kaspersky', 'kaspersky', 'Káspersky', 'Ka\u0301spersky', '卡巴斯基 🛡️'];
    const at = new Date(instants[0]!);
    for (const name of names) {
      await vendors.insert({ name, contact: name, comments: name, createdAt: at, updatedAt: at });
    }

    for (const name of names) {
      const found = await vendors.findBy({ name });
      expect(found.map((vendor) => [vendor.name, vendor.comments])).toEqual([[name, name]]);
    }
  });
});

async function storeIn(zone: string, database: TestDatabase, instants: string[]): Promise<unknown> {
  const other = startOnDatabase(database, { instants }, { TZ: zone });
  expect(await other.ended()).toEqual({ code: 0, complaints: '' });
  return JSON.parse(other.lines[1] ?? 'null');
}

describeOnEachEmptyDatabase('A database that is a copy of a migrated one', (database) => {
  it('has had every migration, and the schema that the entities say', async () => {
    const shape = async () => {
      const { dataSource } = await openDatabase(database());
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      const pending = await pendingMigrations(dataSource);
      const rows = await dataSource.query<object[]>('SELECT * FROM migrations');
      return { dataSource, seen: { pending, changes: upQueries.map(({ query }) => query), rows } };
    };
    await giveTables(database());
    const migrated = await shape();
    await migrated.dataSource.dropDatabase();
    await migrated.dataSource.destroy();
    await giveTables(database());
    const copied = await shape();
    await copied.dataSource.destroy();

    expect(copied.seen).toMatchObject({ pending: [], changes: [] });
    expect(copied.seen).toEqual(migrated.seen);
  });
});

import type { DataSource } from 'typeorm';
import { migrate } from '../../src/database/migrate.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { watchEventLoop } from '../support/event-loop.js';
import { HelperProcess, startWriter } from '../support/helper-process.js';
import { openDatabase, openPlainly, temporarySqlite } from '../support/open-database.js';
import { aVendor, runOverlappingWriters } from '../support/overlapping-writers.js';

jest.setTimeout(60_000);

/**
 * The faults that the unit of work is there for, shown on TypeORM as it comes: were one of these
 * tests to fail after an upgrade, the tests of the unit of work would prove nothing any more.
 */
describe("TypeORM's own transactions over better-sqlite3", () => {
  const database = temporarySqlite();
  let plain: DataSource;

  beforeAll(async () => {
    const { dataSource } = await openDatabase(database);
    await migrate(dataSource);
    await dataSource.destroy();
  });
  beforeEach(async () => {
    plain = await openPlainly(database);
    await plain.getRepository(Vendor).deleteAll();
  });
  afterEach(async () => {
    await plain.destroy();
  });
  afterEach(() => HelperProcess.killAll());
  afterAll(() => database.drop());

  it('lose rows that callers were told are stored, when transactions overlap', async () => {
    const outcome = await runOverlappingWriters({
      inTransaction: (work) => plain.transaction((manager) => work(manager.getRepository(Vendor))),
      vendors: plain.getRepository(Vendor),
    });

    const stored = new Set(outcome.stored);
    const lost = outcome.acknowledged.filter((name) => !stored.has(name));
    expect(lost.length).toBeGreaterThan(0);
  });

  it('fail at once beside a second writer, whatever the time-out', async () => {
    const running = plain.transaction(async (manager) => {
      await manager.find(Vendor);
      const other = startWriter(database.file, 'write', 1);
      await other.ended();
      const startedAt = performance.now();
      try {
        await manager.insert(Vendor, aVendor('after the other'));
      } finally {
        expect(performance.now() - startedAt).toBeLessThan(1_000);
      }
    });

    await expect(running).rejects.toMatchObject({ code: 'SQLITE_BUSY_SNAPSHOT' });
  });

  it('freeze the event loop while another process holds the lock', async () => {
    const other = startWriter(database.file, 'hold', 800);
    await other.saw('holding');

    const eventLoop = watchEventLoop();
    await plain.transaction((manager) => manager.insert(Vendor, aVendor('frozen')));

    expect(eventLoop.stop()).toBeGreaterThan(500);
    await other.ended();
  });
});

import { ScaledClock } from '../../src/config/clock.js';
import { migrate } from '../../src/database/migrate.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { watchEventLoop } from '../support/event-loop.js';
import { HelperProcess, startWriter } from '../support/helper-process.js';
import { type OpenDatabase, openDatabase, temporarySqlite } from '../support/open-database.js';
import { aVendor } from '../support/overlapping-writers.js';

const HELD_MS = 2_000;

jest.setTimeout(60_000);

describe('Unit of work beside a second writing process on SQLite', () => {
  const database = temporarySqlite();
  let open: OpenDatabase;

  beforeAll(async () => {
    open = await openDatabase(database);
    await migrate(open.dataSource);
  });
  beforeEach(async () => {
    await open.unitOfWork.repository(Vendor).deleteAll();
  });
  afterEach(() => HelperProcess.killAll());
  afterAll(async () => {
    await open.dataSource.destroy();
    await database.drop();
  });

  const vendors = () => open.unitOfWork.repository(Vendor);
  const names = async () => (await vendors().find()).map((vendor) => vendor.name).sort();
  const insertInUnit = (name: string) =>
    open.unitOfWork.run(async () => {
      await vendors().insert(aVendor(name));
    });

  it('waits for the lock while the event loop and readers go on', async () => {
    const other = startWriter(database.file, 'hold', HELD_MS);
    await other.saw('holding');
    const eventLoop = watchEventLoop();
    const progress = { isWaiting: true };
    let reads = 0;
    let longestReadMs = 0;

    const writing = insertInUnit('waited').finally(() => {
      progress.isWaiting = false;
    });
    const plainSave = vendors().save(aVendor('waited without a unit'));
    while (progress.isWaiting) {
      const startedAt = performance.now();
      await vendors().count();
      longestReadMs = Math.max(longestReadMs, performance.now() - startedAt);
      reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all([writing, plainSave]);

    expect(eventLoop.stop()).toBeLessThan(100);
    expect(reads).toBeGreaterThan(HELD_MS / 100);
    // A machine that does other work may hold up one, but not until the writer lets go.
    expect(longestReadMs).toBeLessThan(HELD_MS / 2);
    await other.ended();
    expect(await names()).toEqual(['held by the other process', 'waited', 'waited without a unit']);
  });

  it('loses no write of either process', async () => {
    const other = startWriter(database.file, 'write', 200);
    await other.saw('writing');

    await Promise.all(
      Array.from({ length: 200 }, (_, row) =>
        // Reads first, which is what a deferred transaction would stumble over.
        open.unitOfWork.run(async () => {
          await vendors().count();
          await vendors().insert(aVendor(`own ${row}`));
        }),
      ),
    );

    expect(await other.ended()).toEqual({ code: 0, complaints: '' });
    const found = await names();
    expect(found.filter((name) => name.startsWith('own'))).toHaveLength(200);
    expect(found.filter((name) => name.startsWith('other'))).toHaveLength(200);
  });

  it('gives up after 30 s with the database error, nothing half-written', async () => {
    const clock = new ScaledClock(30);
    const hasty = await openDatabase(database, clock);
    const other = startWriter(database.file, 'hold', 600_000);
    await other.saw('holding');
    let runs = 0;

    const startedAtMs = clock.monotonicMs();
    const running = hasty.unitOfWork.run(async () => {
      runs += 1;
      await hasty.unitOfWork.repository(Vendor).insert(aVendor('never'));
    });

    await expect(running).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    const waitedMs = clock.monotonicMs() - startedAtMs;
    expect(waitedMs).toBeGreaterThanOrEqual(30_000);
    expect(waitedMs).toBeLessThan(60_000);
    expect(runs).toBe(0);

    await other.kill();
    expect(await names()).toEqual([]);
    await hasty.unitOfWork.run(() => hasty.unitOfWork.repository(Vendor).insert(aVendor('then')));
    expect(await names()).toEqual(['then']);
    await hasty.dataSource.destroy();
  });
});

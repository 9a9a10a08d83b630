import { ScaledClock, SystemClock } from '../../src/config/clock.js';
import { migrate } from '../../src/database/migrate.js';
import { BudgetProcess } from '../support/budget-process.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { type OpenDatabase, openDatabase } from '../support/open-database.js';

const MINUTE_MS = 60_000;

describeOnEachDatabase('The budget', (database) => {
  let open: OpenDatabase;
  let clock: FakeClock;
  let process: BudgetProcess;

  beforeAll(async () => {
    open = await openDatabase(database());
    await migrate(open.dataSource);
  });
  beforeEach(() => {
    clock = new FakeClock();
    process = new BudgetProcess(open.dataSource, clock);
  });
  afterAll(async () => {
    await open.dataSource.destroy();
  });

  describe('of the minute', () => {
    it('has a place stand in the database before the request, and until a minute after', async () => {
      await process.begin({ requestsPerMinute: 1 });
      const place = await process.place();
      expect(await process.places()).toMatchObject([
        { id: place.blockId, size: 1, takenAt: clock.now(), answeredAt: null },
      ]);

      await clock.advance(2000);
      await process.answered(place);
      expect(await process.places()).toMatchObject([{ answeredAt: clock.now() }]);

      await clock.advance(MINUTE_MS - 1);
      const until = new Date(clock.now().getTime() + 1);
      expect(await process.budget.take('routine')).toEqual({
        place: null,
        shortage: 'minute',
        until,
      });
      await clock.advance(1);
      await process.place();
      expect(await process.places()).toHaveLength(1);
    });

    it('spreads requests evenly', async () => {
      await process.begin({ requestsPerMinute: 4 });
      await process.spend();
      expect(await process.budget.take('routine')).toEqual({
        place: null,
        shortage: 'pace',
        waitMs: 15_000,
      });
    });

    it('asks soon again while every place is on its way', async () => {
      await process.begin({ requestsPerMinute: 1 });
      await process.place();
      await clock.advance(MINUTE_MS);
      const until = new Date(clock.now().getTime() + 250);
      expect(await process.budget.take('routine')).toMatchObject({ shortage: 'minute', until });
    });

    it('grants no more to callers at the same moment, in one process and in several', async () => {
      // Callers that wait for a lock of the database wait in real time.
      const running = new SystemClock();
      const processes = [1, 2, 3].map(() => new BudgetProcess(open.dataSource, running));
      await process.begin({ requestsPerMinute: 5 });
      const taken = await Promise.all(
        Array.from({ length: 30 }, (_, i) => processes[i % 3]!.budget.take('routine')),
      );
      expect(taken.filter(({ place }) => place !== null)).toHaveLength(5);
      expect(await process.places()).toHaveLength(5);
      expect(await process.usedIn(running.now().toISOString().slice(0, 10))).toBe(5);
    });

    it('does not spin when another process has removed its place', async () => {
      await process.begin({ requestsPerMinute: 1 });
      await process.spend();
      await clock.advance(10);
      const other = new BudgetProcess(open.dataSource, clock);
      await other.take();
      await clock.advance(MINUTE_MS);
      await other.place();

      await clock.advance(10_000);
      const taken = await process.take();
      expect(taken).toMatchObject({ place: null });
      // It saw the other's place now for the first time, and not answered.
      expect('waitMs' in taken && taken.waitMs).toBe(120_000);
    });
  });

  describe('of the minute, in blocks', () => {
    it.each([
      [600, 1],
      [660, 11],
      [60_000, 1000],
    ])('at %i a minute takes a block of %i', async (requestsPerMinute, size) => {
      await process.begin({ requestsPerMinute, requestsPerDay: 100_000, reservePercent: 0 });
      const places = [await process.place()];
      for (let taken = 1; taken < size; taken += 1) {
        await clock.advance(Math.ceil(MINUTE_MS / requestsPerMinute) / 100);
        const next = await process.take();
        if (next.place) places.push(next.place);
      }
      expect(new Set(places.map(({ blockId }) => blockId)).size).toBe(1);
      expect(await process.places()).toMatchObject([{ size }]);
    });

    it('gives up what is left of a block after its second', async () => {
      await process.begin({ requestsPerMinute: 6000 });
      await process.spend();
      await clock.advance(1001);
      await process.spend();
      expect(await process.places()).toMatchObject([{ size: 100 }, { size: 100 }]);
    });

    it('goes on when the limit falls below a block that is partly used', async () => {
      await process.begin({ requestsPerMinute: 6000 });
      await process.spend();
      await process.settings.update({ requestsPerMinute: 4 });
      await clock.advance(20_000);
      expect(await process.take()).toMatchObject({ place: null });
      await clock.advance(MINUTE_MS);
      await process.place();
    });
  });

  describe('of the key', () => {
    it('lets someone in front of a page go first, and a scan after that', async () => {
      await process.begin({ requestsPerMinute: 4 });
      await process.spend();
      // A scan that asks at the very moment at which the next place comes free, and asks first.
      const scan = clock.sleep(15_000).then(() => process.budget.take('routine'));
      const page = process.budget.takeForAccount(20_000);
      await clock.advance(0);
      await clock.advance(15_000);
      expect(await scan).toMatchObject({ place: null, shortage: 'pace' });
      expect(await page).toMatchObject({ purpose: 'account', takenAt: clock.now() });

      await clock.advance(15_000);
      await process.place();
    });

    it('does not let anyone wait for longer than the given patience', async () => {
      await process.begin({ requestsPerMinute: 1 });
      await process.spend();
      expect(await process.budget.takeForAccount(20_000)).toBeNull();
      expect(clock.waiting).toBe(0);
      // Whoever gave up stands in nobody's way.
      await clock.advance(MINUTE_MS);
      await process.place();
    });

    it('waits for a place that comes free within the patience', async () => {
      const quick = new ScaledClock(2000);
      const process = new BudgetProcess(open.dataSource, quick);
      await process.begin({ requestsPerMinute: 1 });
      await process.spend();
      const place = await process.budget.takeForAccount(90_000);
      expect(place).toMatchObject({ purpose: 'account' });
    });
  });
});

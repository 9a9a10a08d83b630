import { setTimeout as delay } from 'node:timers/promises';
import {
  beginScan,
  endScan,
  LONGEST_BLOCK_MS,
  startOutageWorld,
} from '../support/chaos/outage-world.js';
import { until } from '../support/chaos/patience.js';
import { brokenBy } from '../support/chaos/scan-outcome.js';
import type { World } from '../support/chaos/world.js';
import { temporarySqlite } from '../support/open-database.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** More than the age at which an analysis is given up. */
const STEP_MS = 20 * MINUTE_MS;
/** What was submitted before a step back is looked at so much later. */
const SHORT_STEP_MS = 2 * MINUTE_MS;

/** What a world of its own is used for, and ends with. */
async function inWorld(
  options: Parameters<typeof startOutageWorld>[1],
  work: (world: World) => Promise<void>,
): Promise<void> {
  const database = temporarySqlite();
  const world = await startOutageWorld(database, options);
  try {
    await work(world);
  } finally {
    await world.stop();
    await database.drop();
  }
}

const appTime = async (world: World) => (await world.server.tell({ kind: 'time' })).nowMs;

describe('a machine that sleeps over the due time', () => {
  it('begins one scan when it wakes, however many were missed', async () => {
    await inWorld({}, async (world) => {
      await world.addPlatforms(3);
      await world.activate({ scanFrequencyDays: 1 });
      const first = await world.scanIs('ended', (scan) => scan.finishedAt !== null);
      world.server.signal('SIGSTOP');
      // A machine that sleeps stops the monotonic clock, and the wall clock has gone on when it wakes.
      const stepped = world.server.tell({ kind: 'step', byMs: 3 * DAY_MS + MINUTE_MS });
      await delay(500);
      world.server.signal('SIGCONT');
      await stepped;
      const wokeMs = await appTime(world);
      const second = await world.scanIs(
        'begun anew and ended',
        (scan) => scan.id !== first.id && scan.finishedAt !== null,
      );
      // The next looks for a due scan find none.
      await until(
        'three minutes later',
        () => appTime(world),
        (now) => now > wokeMs + 3 * MINUTE_MS,
      );
      const scans = await world.scans();

      expect(scans.map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(second.counts).toMatchObject({ total: 3, completed: 3 });
      const integration = await world.get<{ nextScanAt: string }>('/integrations/virustotal');
      // Both are read from the clock, one after the other.
      const periodMs = Date.parse(integration.nextScanAt) - Date.parse(second.createdAt);
      expect(Math.abs(periodMs - DAY_MS)).toBeLessThan(MINUTE_MS);
    });
  }, 200_000);
});

describe('a wall clock that is stepped under a scan', () => {
  it('costs nothing but time, back and forth', async () => {
    await inWorld({}, async (world) => {
      await beginScan(world, { scanFrequencyDays: 7 });
      const submitted = async () => {
        const { counts } = await world.latestScan();
        return counts.submitted + counts.completed;
      };
      for (const byMs of [-STEP_MS, STEP_MS, STEP_MS, -SHORT_STEP_MS]) {
        const before = await submitted();
        await world.server.tell({ kind: 'step', byMs });
        await until('another platform submitted', submitted, (now) => now > before);
      }
      const { broken, longestBlockMs } = await endScan(world, 0);

      expect(broken).toEqual([]);
      expect(longestBlockMs).toBeLessThan(LONGEST_BLOCK_MS);
    });
  }, 200_000);
});

describe('a quota that is spent under a scan', () => {
  const platforms = 14;

  it.concurrent.each([
    {
      what: "the day's",
      reason: 'day_quota_spent',
      beginsAt: '2026-11-24T23:56:00Z',
      midnight: '2026-11-25T00:00:00.000Z',
      limits: { perDay: 20 },
    },
    {
      what: "the month's",
      reason: 'month_quota_spent',
      beginsAt: '2026-11-30T23:56:00Z',
      midnight: '2026-12-01T00:00:00.000Z',
      limits: { perMonth: 20 },
    },
  ])(
    'goes on at 00:00 UTC when $what was short',
    async ({ reason, beginsAt, midnight, limits }) => {
      await inWorld({ beginsAt, ...limits }, async (world) => {
        await world.addPlatforms(platforms);
        await world.activate({ scanFrequencyDays: 7 });
        const waiting = await world.scanIs('waiting', ({ state }) => state === 'waiting');
        const ended = await world.scanIs('ended', (scan) => scan.finishedAt !== null, 120_000);
        const { arrivals } = await world.standIn.control.stats();

        expect(waiting).toMatchObject({ reason, waitingUntil: midnight });
        expect(Date.parse(ended.finishedAt!)).toBeGreaterThan(Date.parse(midnight));
        expect(arrivals.some((at) => at >= Date.parse(midnight))).toBe(true);
        // Which would tell of a request over the limit, too.
        expect(await brokenBy(world, { platforms, flagged: [] }, 0)).toEqual([]);
      });
    },
    200_000,
  );
});

import { type Gate, makeGate } from '../support/chaos/gate.js';
import { watchHealth } from '../support/chaos/outage-watch.js';
import {
  beginScan,
  endScan,
  LONGEST_BLOCK_MS,
  OUTAGE_FACTOR,
  startOutageWorld,
} from '../support/chaos/outage-world.js';
import { until } from '../support/chaos/patience.js';
import type { World } from '../support/chaos/world.js';
import { temporarySqlite } from '../support/open-database.js';

const DAY_MS = 24 * 3_600_000;
/** A virtual day in eleven seconds: whatever is tried meanwhile is refused at once. */
const FAST = 8_000;
/** By then the clock is slow again, virtual ms. */
const MARGIN_MS = 5_000;

describe('VirusTotal gone for a day under a scan', () => {
  const database = temporarySqlite();
  let gate: Gate;
  let world: World;

  const appTime = async () => (await world.server.tell({ kind: 'time' })).nowMs;
  const hurryTo = async (untilMs: number) => {
    await world.server.tell({ kind: 'turn', factor: FAST, untilMs, thenFactor: OUTAGE_FACTOR });
    await until('the time turned to', appTime, (nowMs) => nowMs >= untilMs);
  };

  beforeAll(async () => {
    world = await startOutageWorld(database, {
      gate: async (url) => {
        gate = await makeGate(url);
        return gate.url;
      },
    });
  }, 120_000);

  afterAll(async () => {
    await world.stop();
    await gate.shut();
    await database.drop();
  });

  it('makes the scan wait and say why, fails nothing, and is got over without help', async () => {
    // Or the next scan would be due when this one ends.
    await beginScan(world, { scanFrequencyDays: 7 });
    await gate.shut();
    const isWaiting = await world.scanIs('waiting', ({ state }) => state === 'waiting');
    expect(isWaiting.reason).toBe('virustotal_unavailable');
    const ended = watchHealth(world);
    await hurryTo((await appTime()) + DAY_MS);
    const seen = await ended();
    const aDayLater = await world.latestScan();
    await gate.open();
    // Each pause of the breaker is half an hour by now.
    await until(
      'requests answered again',
      async () => {
        const { state, waitingUntil, ...scan } = await world.latestScan();
        const probeMs = waitingUntil === null ? 0 : Date.parse(waitingUntil) - MARGIN_MS;
        if (state === 'waiting' && probeMs > (await appTime())) await hurryTo(probeMs);
        return { state, ...scan };
      },
      ({ state }) => state !== 'waiting',
      120_000,
    );
    const { broken, longestBlockMs } = await endScan(world, 1);

    expect(aDayLater).toMatchObject({
      state: 'waiting',
      reason: 'virustotal_unavailable',
      counts: { failed: 0, skipped: 0 },
    });
    expect([...seen.live]).toEqual([200]);
    // Pages are served, the database is well: only scanning waits.
    expect([...seen.notReady]).toEqual([]);
    expect(broken).toEqual([]);
    expect(longestBlockMs).toBeLessThan(LONGEST_BLOCK_MS);
  }, 300_000);
});

import type { TestDatabase } from '../databases.js';
import { brokenBy } from './scan-outcome.js';
import { World, type WorldOptions } from './world.js';

/** Virtual milliseconds in a real one, for outages: a virtual minute is six real seconds. */
export const OUTAGE_FACTOR = 10;
/** How long the event loop may be held up, ms. */
export const LONGEST_BLOCK_MS = 100;
/** What a scan under an outage scans. */
const SCANNED = { platforms: 20, flagged: [2, 5, 11, 17] };

const SCAN_PATIENCE_MS = 150_000;

/** A world of one process at a rate at which one request is on its way at a time. */
export function startOutageWorld(
  database: TestDatabase,
  options: Partial<WorldOptions> = {},
): Promise<World> {
  return World.start({
    database,
    factor: OUTAGE_FACTOR,
    beginsAt: '2026-11-24T08:00:00Z',
    perMinute: 40,
    perDay: 5_000,
    ...options,
  });
}

/** Begins the scan, and waits until it is under way, so that there is something to lose. */
export async function beginScan(world: World, settings: object = {}): Promise<void> {
  await world.addPlatforms(SCANNED.platforms, SCANNED.flagged);
  await world.activate(settings);
  await world.scanIs('under way', ({ counts }) => counts.submitted + counts.completed >= 4);
  // The event loop is watched from now on: what a first request loads is loaded.
  await world.server.tell({ kind: 'watch' });
}

/**
 * Waits until the scan has ended by itself.
 * @param losses how many answers the outage may have cost
 * @returns what it broke, and how long the event loop was held up at most, ms
 */
export async function endScan(world: World, losses: number) {
  await world.scanIs('ended', (scan) => scan.finishedAt !== null, SCAN_PATIENCE_MS);
  const { longestBlockMs } = await world.server.tell({ kind: 'watch' });
  return { broken: await brokenBy(world, SCANNED, losses), longestBlockMs };
}

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watchHealth } from '../support/chaos/outage-watch.js';
import { until } from '../support/chaos/patience.js';
import { brokenBy } from '../support/chaos/scan-outcome.js';
import { makeSmallDisk, smallDiskLack } from '../support/chaos/small-disk.js';
import { World } from '../support/chaos/world.js';
import { createMysql, type TestDatabase } from '../support/databases.js';
import { startWriter } from '../support/helper-process.js';
import { type MariadbServer, startMariadbServer } from '../support/mariadb-server.js';
import { temporarySqlite } from '../support/open-database.js';

const FACTOR = 10;
/** Longer than the 30 virtual seconds for which a write to a busy SQLite file is tried again. */
const HELD_MS = 4_500;
/** A virtual minute, real ms. */
const MINUTE_MS = 60_000 / FACTOR;
const LONGEST_BLOCK_MS = 100;
const SCANNED = { platforms: 20, flagged: [2, 5, 11, 17] };

const start = (database: TestDatabase) =>
  World.start({
    database,
    factor: FACTOR,
    beginsAt: '2026-11-24T08:00:00Z',
    perMinute: 40,
    perDay: 5_000,
  });

/** Until the scan is under way, so that there is something to lose. */
async function begin(world: World): Promise<void> {
  await world.addPlatforms(SCANNED.platforms, SCANNED.flagged);
  await world.activate();
  await world.scanIs('under way', ({ counts }) => counts.submitted + counts.completed >= 4);
  // From now on: what a first request loads is loaded.
  await world.server.tell({ kind: 'watch' });
}

/** Until it has ended by itself. @returns how long the event loop was held up at most, ms */
async function end(world: World): Promise<number> {
  await world.scanIs('ended', (scan) => scan.finishedAt !== null, 150_000);
  const { longestBlockMs } = await world.server.tell({ kind: 'watch' });
  expect(await brokenBy(world, SCANNED, 1)).toEqual([]);
  return longestBlockMs;
}

const onMariadb = process.env.OJU_TEST_MARIADB ? describe : describe.skip;

onMariadb('MariaDB killed under a scan, and back after a virtual minute', () => {
  let server: MariadbServer;
  let database: TestDatabase;
  let world: World;

  beforeAll(async () => {
    server = await startMariadbServer();
    database = await createMysql(server.url);
    world = await start(database);
  }, 120_000);

  afterAll(async () => {
    await world.stop();
    await database.drop();
    await server.stop();
  });

  it('is told by ready alone, and costs the scan nothing but time', async () => {
    await begin(world);
    await server.kill();
    const ended = watchHealth(world);
    await delay(MINUTE_MS);
    await until(
      'not ready',
      () => world.health('ready'),
      ({ status }) => status === 503,
    );
    const seen = await ended();
    await server.start();
    await until(
      'ready again',
      () => world.health('ready'),
      ({ status }) => status === 200,
    );
    const longestBlockMs = await end(world);

    expect([...seen.live]).toEqual([200]);
    expect([...seen.notReady][0]).toMatch(/^503 .*"error":\{"database":/);
    expect(longestBlockMs).toBeLessThan(LONGEST_BLOCK_MS);
  }, 300_000);
});

describe('an SQLite file that another process holds under a scan', () => {
  const database = temporarySqlite();
  let world: World;

  beforeAll(async () => {
    world = await start(database);
  }, 120_000);

  afterAll(async () => {
    await world.stop();
    await database.drop();
  });

  it('holds up writes alone: pages are read, and the scan goes on', async () => {
    await begin(world);
    const ended = watchHealth(world);
    const writer = startWriter(join(database.folder, 'oju.sqlite'), 'hold', HELD_MS);
    await writer.saw('holding');
    expect((await world.latestScan()).finishedAt).toBeNull();
    await writer.ended();
    const seen = await ended();
    const longestBlockMs = await end(world);

    expect([...seen.live]).toEqual([200]);
    // What only reads is well all the time.
    expect([...seen.notReady]).toEqual([]);
    expect(longestBlockMs).toBeLessThan(LONGEST_BLOCK_MS);
  }, 300_000);
});

const lack = smallDiskLack();
if (lack !== null) console.warn(`!! SKIPPED: a disk that is full. On this machine ${lack}.`);

(lack === null ? describe : describe.skip)('a disk that is full under a scan', () => {
  let database: Awaited<ReturnType<typeof makeSmallDisk>>;
  let world: World;

  beforeAll(async () => {
    database = await makeSmallDisk();
    world = await start(database);
  }, 120_000);

  afterAll(async () => {
    await world.stop();
    await database.drop();
  });

  it('is told by ready alone, and costs the scan nothing but time', async () => {
    await begin(world);
    database.fill();
    const ended = watchHealth(world);
    await until(
      'not ready',
      () => world.health('ready'),
      ({ status }) => status === 503,
    );
    await delay(MINUTE_MS / 2);
    const seen = await ended();
    database.free();
    await until(
      'ready again',
      () => world.health('ready'),
      ({ status }) => status === 200,
    );
    const longestBlockMs = await end(world);

    expect([...seen.live]).toEqual([200]);
    expect([...seen.notReady][0]).toMatch(/^503 .*"error":\{"database":\{.*disk/);
    expect(longestBlockMs).toBeLessThan(LONGEST_BLOCK_MS);
  }, 300_000);
});

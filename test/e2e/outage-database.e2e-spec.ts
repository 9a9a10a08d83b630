import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watchHealth } from '../support/chaos/outage-watch.js';
import {
  beginScan,
  endScan,
  LONGEST_BLOCK_MS,
  OUTAGE_FACTOR,
  startOutageWorld,
} from '../support/chaos/outage-world.js';
import { until } from '../support/chaos/patience.js';
import { makeSmallDisk, smallDiskLack } from '../support/chaos/small-disk.js';
import type { World } from '../support/chaos/world.js';
import { createMysql, type TestDatabase } from '../support/databases.js';
import { startWriter } from '../support/helper-process.js';
import { type MariadbServer, startMariadbServer } from '../support/mariadb-server.js';
import { temporarySqlite } from '../support/open-database.js';

/** Longer than the 30 virtual seconds for which a write to a busy SQLite file is tried again. */
const HELD_MS = 4_500;
/** A virtual minute, real ms. */
const MINUTE_MS = 60_000 / OUTAGE_FACTOR;

const onMariadb = process.env.OJU_TEST_MARIADB ? describe : describe.skip;

interface Outage {
  takeAway: () => unknown;
  /** Real ms. */
  lastsMs: number;
  giveBack: () => unknown;
  /** What ready says meanwhile. */
  told: RegExp;
}

/** Under a scan the database goes away and comes back: live stays up, and the scan ends by itself. */
async function isToldByReadyAlone(world: World, outage: Outage): Promise<void> {
  const readyIs = (name: string, wanted: number) =>
    until(
      name,
      () => world.health('ready'),
      ({ status }) => status === wanted,
    );
  await beginScan(world);
  await outage.takeAway();
  const ended = watchHealth(world);
  await readyIs('not ready', 503);
  await delay(outage.lastsMs);
  const seen = await ended();
  await outage.giveBack();
  await readyIs('ready again', 200);
  const { broken, longestBlockMs } = await endScan(world, 1);

  expect(broken).toEqual([]);
  expect([...seen.live]).toEqual([200]);
  expect([...seen.notReady][0]).toMatch(outage.told);
  expect(longestBlockMs).toBeLessThan(LONGEST_BLOCK_MS);
}

onMariadb('MariaDB killed under a scan, and back after a virtual minute', () => {
  let server: MariadbServer;
  let database: TestDatabase;
  let world: World;

  beforeAll(async () => {
    server = await startMariadbServer();
    database = await createMysql(server.url);
    world = await startOutageWorld(database);
  }, 120_000);

  afterAll(async () => {
    await world.stop();
    await database.drop();
    await server.stop();
  });

  it('is told by ready alone, and costs the scan nothing but time', async () => {
    await isToldByReadyAlone(world, {
      takeAway: () => server.kill(),
      lastsMs: MINUTE_MS,
      giveBack: () => server.start(),
      told: /^503 .*"error":\{"database":/,
    });
  }, 300_000);
});

describe('an SQLite file that another process holds under a scan', () => {
  const database = temporarySqlite();
  let world: World;

  beforeAll(async () => {
    world = await startOutageWorld(database);
  }, 120_000);

  afterAll(async () => {
    await world.stop();
    await database.drop();
  });

  it('holds up writes alone: pages are read, and the scan goes on', async () => {
    await beginScan(world);
    const ended = watchHealth(world);
    const writer = startWriter(join(database.folder, 'oju.sqlite'), 'hold', HELD_MS);
    await writer.saw('holding');
    expect((await world.latestScan()).finishedAt).toBeNull();
    await writer.ended();
    const seen = await ended();
    const { broken, longestBlockMs } = await endScan(world, 1);

    expect(broken).toEqual([]);
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
    world = await startOutageWorld(database);
  }, 120_000);

  afterAll(async () => {
    await world.stop();
    await database.drop();
  });

  it('is told by ready alone, and costs the scan nothing but time', async () => {
    await isToldByReadyAlone(world, {
      takeAway: () => {
        database.fill();
      },
      lastsMs: MINUTE_MS / 2,
      giveBack: () => {
        database.free();
      },
      told: /^503 .*"error":\{"database":\{.*disk/,
    });
  }, 300_000);
});

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
    await beginScan(world);
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
    const { broken, longestBlockMs } = await endScan(world, 1);

    expect(broken).toEqual([]);
    expect([...seen.live]).toEqual([200]);
    expect([...seen.notReady][0]).toMatch(/^503 .*"error":\{"database":/);
    expect(longestBlockMs).toBeLessThan(LONGEST_BLOCK_MS);
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
    await beginScan(world);
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
    const { broken, longestBlockMs } = await endScan(world, 1);

    expect(broken).toEqual([]);
    expect([...seen.live]).toEqual([200]);
    expect([...seen.notReady][0]).toMatch(/^503 .*"error":\{"database":\{.*disk/);
    expect(longestBlockMs).toBeLessThan(LONGEST_BLOCK_MS);
  }, 300_000);
});

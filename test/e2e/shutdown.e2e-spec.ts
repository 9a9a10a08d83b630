import { createMysql, type TestDatabase } from '../support/databases.js';
import { brokenBy } from '../support/chaos/scan-outcome.js';
import { until } from '../support/chaos/patience.js';
import { World } from '../support/chaos/world.js';
import { temporarySqlite } from '../support/open-database.js';
import { type RedisServer, redisProgram, startRedis } from '../support/redis-server.js';
import { DEFAULT_API_KEY } from '../support/virustotal-stand-in/options.js';

const SCANNED = { platforms: 3, flagged: [2] };
/** The machine's own time, so that a request may hang for a real minute. */
const FACTOR = 1;
/** Afterwards, so that the rest of the scan does not take that long. */
const FASTER = 10;
const PER_MINUTE = 60;
/** What platforms give a process between SIGTERM and SIGKILL, ms. */
const GRACE_MS = 10_000;

const mariadb = process.env.OJU_TEST_MARIADB;
const hasQueue = mariadb !== undefined && redisProgram() !== undefined;
const feeders = [
  { feeder: 'the database', makesRedis: false },
  ...(hasQueue ? [{ feeder: 'a shared queue', makesRedis: true }] : []),
];

describe.each(feeders)('SIGTERM to a process that is fed by $feeder', ({ makesRedis }) => {
  let redis: RedisServer | null = null;
  let database: TestDatabase;
  let world: World;

  beforeEach(async () => {
    redis = makesRedis ? await startRedis() : null;
    database = makesRedis ? await createMysql(mariadb!) : temporarySqlite();
    world = await World.start({
      database,
      redisUrl: redis?.url,
      factor: FACTOR,
      beginsAt: '2026-11-24T08:00:00Z',
      perMinute: PER_MINUTE,
      perDay: 5_000,
      logLevel: 'info',
      standIn: {
        analysis: { meanSec: 1, jitter: 0 },
        // The application hurries in the end, the stand-in does not.
        apiKeys: [{ key: DEFAULT_API_KEY, perMinute: PER_MINUTE * FASTER, perDay: 5_000 }],
      },
    });
    await world.addPlatforms(SCANNED.platforms, SCANNED.flagged);
  }, 120_000);

  afterEach(async () => {
    await world.stop();
    await database.drop();
    await redis?.stop();
  });

  const requests = async () => {
    const stats = await world.standIn.control.stats();
    return Object.values(stats.requests).reduce((sum, count) => sum + count, 0);
  };
  const stopped = async () => {
    const startedMs = performance.now();
    const end = await world.server.end('SIGTERM');
    return { end, tookMs: performance.now() - startedMs };
  };
  const inFlight = async () => {
    const { inFlight, faultsPending } = await world.standIn.control.stats();
    return inFlight === 1 && faultsPending === 0;
  };
  const rest = async (kills: number) => {
    await world.spawn(0, { factor: FASTER });
    await world.scanIs('ended', (scan) => scan.finishedAt !== null, 120_000);
    return brokenBy(world, SCANNED, kills);
  };

  it('ends an idle one at once, by the signal: 143 in a shell', async () => {
    const { end, tookMs } = await stopped();

    expect(end).toBe('SIGTERM');
    expect(tookMs).toBeLessThan(GRACE_MS);
  }, 60_000);

  it('lets the request in flight end, keeps what it says, and makes no other', async () => {
    await world.standIn.control.fault({ kind: 'delay', ms: 2_000, path: '^/urls' });
    await world.activate();
    await until('the request in flight', inFlight, Boolean);
    const before = await requests();
    const { end, tookMs } = await stopped();

    expect(end).toBe('SIGTERM');
    expect(tookMs).toBeLessThan(GRACE_MS);
    expect(await requests()).toBe(before);
    expect(await rest(0)).toEqual([]);
  }, 200_000);

  it('does not wait for an answer that never comes, and the next process goes on', async () => {
    await world.standIn.control.fault({ kind: 'hang-headers', accepted: true, path: '^/urls' });
    await world.activate();
    await until('the request in flight', inFlight, Boolean);
    const { end, tookMs } = await stopped();

    expect(end).toBe('SIGTERM');
    expect(tookMs).toBeLessThan(GRACE_MS);
    expect(await rest(1)).toEqual([]);
  }, 200_000);

  // Of one feeder alone: there is nothing to skip on the other.
  if (makesRedis) {
    it('ends although Redis is gone', async () => {
      await redis?.stop();
      await until(
        'not ready',
        () => world.health('ready'),
        ({ status }) => status === 503,
      );
      const { end, tookMs } = await stopped();

      expect(end).toBe('SIGTERM');
      expect(tookMs).toBeLessThan(GRACE_MS);
    }, 120_000);
  }
});

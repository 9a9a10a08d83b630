import { eachDatabase } from '../support/databases.js';
import {
  activate,
  addPlatforms,
  type ScanBench,
  scanEnded,
  startScanBench,
} from '../support/polite-scan.js';

const PLATFORMS = 60;
// So fast that half an hour takes 50 s, so slow that a machine which does other work is not late.
const FACTOR = 40;

describe('60 platforms at 4 requests a minute', () => {
  // Side by side, since each waits for its clock most of the time.
  it.concurrent.each(eachDatabase())(
    'take at most 2.3 requests a platform, none refused, never two in flight, on %s',
    async (_name, create) => {
      const database = await create();
      const bench = await startScanBench(database, FACTOR, {
        seed: 11,
        latencyMs: 300,
        analysis: { meanSec: 25, jitter: 0.4, slowShare: 0.1, slowSec: 90 },
      });
      try {
        await isPolite(bench);
      } finally {
        await bench.stop();
        await database.drop();
      }
    },
    200_000,
  );
});

async function isPolite(bench: ScanBench): Promise<void> {
  await addPlatforms(bench.api, PLATFORMS);
  const startedMs = bench.clock.now().getTime();
  await activate(bench.api);
  const scan = await scanEnded(bench.api, 150_000);
  const tookS = (bench.clock.now().getTime() - startedMs) / 1000;
  const stats = bench.standIn.stats();

  expect(scan).toMatchObject({ state: 'completed', trigger: 'scheduled' });
  expect(scan.counts).toMatchObject({ total: PLATFORMS, completed: PLATFORMS, failed: 0 });
  const requests = Object.values(stats.requests).reduce((sum, count) => sum + count, 0);
  console.info(
    `${(requests / PLATFORMS).toFixed(2)} requests and ${(tookS / PLATFORMS).toFixed(1)} s a platform`,
  );
  expect(requests / PLATFORMS).toBeLessThanOrEqual(2.3);
  expect(stats.refusals).toBe(0);
  expect(stats.maxInFlight).toBe(1);
  expect(stats.maxInAnySlidingMinute).toBeLessThanOrEqual(4);
}

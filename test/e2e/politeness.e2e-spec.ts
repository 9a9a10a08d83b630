import { describeOnEachDatabase } from '../support/databases.js';
import {
  activate,
  addPlatforms,
  type ScanBench,
  scanEnded,
  startScanBench,
} from '../support/polite-scan.js';

const PLATFORMS = 60;
// So fast that half an hour takes 25 s, so slow that a turn of the event loop is not a second.
const FACTOR = 80;

describeOnEachDatabase('60 platforms at 4 requests a minute', (database) => {
  let bench: ScanBench;

  beforeAll(async () => {
    bench = await startScanBench(database(), FACTOR, {
      seed: 11,
      latencyMs: 300,
      analysis: { meanSec: 25, jitter: 0.4, slowShare: 0.1, slowSec: 90 },
    });
  });

  afterAll(async () => {
    await bench.stop();
  });

  it('takes at most 2.3 requests a platform, none refused, never two in flight', async () => {
    await addPlatforms(bench.api, PLATFORMS);
    const startedMs = bench.clock.now().getTime();
    await activate(bench.api);
    const scan = await scanEnded(bench.api, 100_000);
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
  }, 120_000);
});

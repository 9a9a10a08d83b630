import 'reflect-metadata';
import { activate, startScanBench } from '../test/support/polite-scan.js';
import { DEFAULT_API_KEY } from '../test/support/virustotal-stand-in/options.js';
import { type BenchDatabase, withEachDatabase } from './bench-database.js';
import { type Bound, isQuick, report } from './figures.js';

/** How much of a premium key's rate is used while work waits, at real time. */
const PER_MINUTE = 3000;
const LATENCY_MS = 200;
const PLATFORMS = isQuick() ? 500 : 1500;
/** The first requests are not counted: the application has just begun. */
const SETTLED = 50;
const SHARE_BOUND = 0.95;
const LIMIT_MS = 120_000;

async function measure({ name, database }: BenchDatabase): Promise<Bound[]> {
  const limits = { perMinute: PER_MINUTE, perDay: 1_000_000, perMonth: 10_000_000 };
  const bench = await startScanBench(database, 1, {
    apiKeys: [{ key: DEFAULT_API_KEY, ...limits }],
    latencyMs: LATENCY_MS,
    // Longer than the submitting lasts: what is measured is one kind of request.
    analysis: { meanSec: 300, jitter: 0 },
  });
  try {
    await Promise.all(
      Array.from({ length: PLATFORMS }, (_, i) =>
        bench.api.post('/platforms', { name: `Site ${i}`, url: `https://site${i}.example.org/` }),
      ),
    );
    const submissions = () => bench.standIn.stats().requests['POST /urls'] ?? 0;
    await activate(bench.api, {
      requestsPerMinute: limits.perMinute,
      requestsPerDay: limits.perDay,
      requestsPerMonth: limits.perMonth,
    });
    const from = await reached(submissions, SETTLED);
    const to = await reached(submissions, PLATFORMS);
    const perSecond = ((to.count - from.count) * 1000) / (to.atMs - from.atMs);
    const share = perSecond / (PER_MINUTE / 60);
    const { refusals, maxInFlight } = bench.standIn.stats();
    console.log(
      `${name}: ${perSecond.toFixed(1)} requests a second of ${PER_MINUTE / 60}, ` +
        `${maxInFlight} at most in flight, ${refusals} refused`,
    );
    return [
      { name: `${name}, share of ${PER_MINUTE} a minute`, value: share, atLeast: SHARE_BOUND },
      { name: `${name}, requests refused`, value: refusals, atMost: 0 },
    ];
  } finally {
    await bench.stop();
  }
}

async function reached(count: () => number, wanted: number) {
  const startedMs = performance.now();
  while (count() < wanted) {
    if (performance.now() - startedMs > LIMIT_MS) throw new Error(`${wanted} were not reached`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { count: count(), atMs: performance.now() };
}

async function main(): Promise<void> {
  report((await withEachDatabase(measure)).flat());
  // What the application's own connections keep open is no reason to stay.
  process.exit();
}

void main();

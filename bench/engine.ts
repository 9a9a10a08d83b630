import 'reflect-metadata';
import { AppConfig } from '../src/config/app-config.js';
import { Redactor } from '../src/config/redactor.js';
import type { Budget, Place } from '../src/virustotal/budget.service.js';
import { VirusTotalHttp } from '../src/virustotal/virustotal-http.js';
import { VirusTotalClient } from '../src/virustotal/virustotal.client.js';
import { DEFAULT_API_KEY } from '../test/support/virustotal-stand-in/options.js';
import { BenchApp, ENGINES } from './bench-app.js';
import { type BenchDatabase, withEachDatabase } from './bench-database.js';
import { type Bound, isQuick, median, report } from './figures.js';

/**
 * Platforms a second with no quota and no latency, against a bare loop of the same two calls with
 * the same client in the same process: alternated, medians of the ratios of each pair.
 */
const RUNS = isQuick() ? 3 : 5;
const PLATFORMS = isQuick() ? 600 : 2000;
const RATE_BOUND = 200;
const SHARE_BOUND = 0.3;

const NO_PLACE: Place = { blockId: 0, takenAt: new Date(0), purpose: 'routine' };

/** Submit and collect, one platform after the other, and nothing kept of it. */
async function bareLoop(app: BenchApp, urls: readonly string[]): Promise<number> {
  const { nest } = app;
  const noBudget = { answered: () => Promise.resolve() } as unknown as Budget;
  const client = new VirusTotalClient(
    nest.get(VirusTotalHttp),
    nest.get(AppConfig),
    app.clock,
    noBudget,
    nest.get(Redactor),
  );
  const call = { place: NO_PLACE, apiKey: DEFAULT_API_KEY };
  const startedAt = performance.now();
  for (const url of urls) {
    const { analysisId } = await client.submit(call, url);
    const { verdicts } = await client.analysis(call, analysisId);
    if (verdicts.length !== ENGINES) throw new Error('The bare loop was not answered in full');
  }
  return performance.now() - startedAt;
}

async function measure({ name, database, isSqlite }: BenchDatabase): Promise<Bound[]> {
  const app = await BenchApp.start(database);
  try {
    const urls = await app.prepare(PLATFORMS);
    const rate = (tookMs: number) => (PLATFORMS * 1000) / tookMs;
    // Not counted: code and database warm up, and every later scan has a history.
    await bareLoop(app, urls);
    await app.scan();
    const rates: { bare: number; engine: number }[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      rates.push({ bare: rate(await bareLoop(app, urls)), engine: rate(await app.scan()) });
    }
    const engine = median(rates.map((pair) => pair.engine));
    const bare = median(rates.map((pair) => pair.bare));
    // By pairs: what else the machine is doing then weighs on both.
    const share = median(rates.map((pair) => pair.engine / pair.bare));
    console.log(
      `${name}: ${engine.toFixed(0)} platforms a second, the bare loop ${bare.toFixed(0)}, ` +
        `${(share * 100).toFixed(0)} % of it ` +
        `(medians of ${RUNS} scans of ${PLATFORMS} platforms, ${ENGINES} engines an answer)`,
    );
    const figures: Bound[] = [
      { name: `engine on ${name}, platforms a second`, value: engine, atLeast: RATE_BOUND },
    ];
    if (isSqlite) {
      const what = `engine on ${name}, share of the bare loop`;
      figures.push({ name: what, value: share, atLeast: SHARE_BOUND });
    }
    return figures;
  } finally {
    await app.stop();
  }
}

async function main(): Promise<void> {
  report((await withEachDatabase(measure)).flat());
}

void main();

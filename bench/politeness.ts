import 'reflect-metadata';
import { ScaledClock } from '../src/config/clock.js';
import { temporarySqlite } from '../test/support/open-database.js';
import { activate, addPlatforms, scanEnded, startScanBench } from '../test/support/polite-scan.js';
import type { StandInOptions } from '../test/support/virustotal-stand-in/options.js';
import { startVirusTotalStandIn } from '../test/support/virustotal-stand-in/server.js';
import { DocumentedLoop } from './documented-loop.js';
import { isQuick, median, report } from './figures.js';

/**
 * Requests and seconds a platform at 4 requests a minute, over real HTTP on a clock that is made
 * faster; against the official client's documented loop, and against the floor.
 */
const CASES = [
  { analysisSeconds: 5, bounds: { requests: 1.15, seconds: 1.2, toLoop: 1.1 } },
  { analysisSeconds: 25, bounds: { requests: 1.15, seconds: 1.2, toLoop: 0.8 } },
  // Learning how long they take costs some looks, and the last one to end is waited for.
  { analysisSeconds: 120, bounds: { requests: 1.2, seconds: 1.5, toLoop: 0.5 } },
];
const RUNS = isQuick() ? 1 : 3;
const FACTOR = 80;
const PER_MINUTE = 4;
const PLATFORMS = 60;
/** The loop takes the same for each: fewer tell as much. */
const LOOP_PLATFORMS = 12;
const SCAN_LIMIT_MS = 170_000;

/** Submit and collect, each a quarter of a minute. */
const FLOOR: Cost = { requests: 2, seconds: 30 };

/** Of one platform. */
interface Cost {
  requests: number;
  seconds: number;
}

/** A contestant that is ready to begin. */
interface Contestant {
  begin: () => Promise<Cost>;
  stop: () => Promise<void>;
}

function standInOptions(analysisSeconds: number, seed: number): StandInOptions {
  return { seed, latencyMs: 300, analysis: { meanSec: analysisSeconds, jitter: 0.2 } };
}

async function oju(analysisSeconds: number, seed: number): Promise<Contestant> {
  const database = temporarySqlite();
  const bench = await startScanBench(database, FACTOR, standInOptions(analysisSeconds, seed));
  await addPlatforms(bench.api, PLATFORMS);
  return {
    begin: async () => {
      const startedMs = bench.clock.monotonicMs();
      await activate(bench.api, { requestsPerMinute: PER_MINUTE });
      const { counts } = (await scanEnded(bench.api, SCAN_LIMIT_MS)) as {
        counts: { completed: number };
      };
      const seconds = (bench.clock.monotonicMs() - startedMs) / 1000;
      const stats = bench.standIn.stats();
      if (counts.completed !== PLATFORMS || stats.refusals > 0) {
        throw new Error(`${counts.completed} platforms completed, ${stats.refusals} refusals`);
      }
      const requests = Object.values(stats.requests).reduce((sum, count) => sum + count, 0);
      return { requests: requests / PLATFORMS, seconds: seconds / PLATFORMS };
    },
    stop: async () => {
      await bench.stop();
      await database.drop();
    },
  };
}

async function documentedLoop(analysisSeconds: number, seed: number): Promise<Contestant> {
  const clock = new ScaledClock(FACTOR);
  const standIn = await startVirusTotalStandIn({
    ...standInOptions(analysisSeconds, seed),
    clock: { now: () => clock.now().getTime(), realMs: (virtualMs) => virtualMs / FACTOR },
  });
  const loop = new DocumentedLoop(standIn.url, clock, PER_MINUTE);
  const urls = Array.from({ length: LOOP_PLATFORMS }, (_, i) => `https://site${i}.example.org/`);
  return {
    begin: async () => {
      const startedMs = clock.monotonicMs();
      await loop.scan(urls);
      const seconds = (clock.monotonicMs() - startedMs) / 1000;
      return { requests: loop.requests / LOOP_PLATFORMS, seconds: seconds / LOOP_PLATFORMS };
    },
    stop: () => standIn.close(),
  };
}

/** All at once, since all they do is wait; but only when each is ready, since starting is work. */
async function run(seed: number): Promise<{ oju: Cost; loop: Cost }[]> {
  const ready: { oju: Contestant; loop: Contestant }[] = [];
  try {
    for (const { analysisSeconds: seconds } of CASES) {
      ready.push({ oju: await oju(seconds, seed), loop: await documentedLoop(seconds, seed) });
    }
    return await Promise.all(
      ready.map(async (pair) => {
        const [ojuCost, loopCost] = await Promise.all([pair.oju.begin(), pair.loop.begin()]);
        return { oju: ojuCost, loop: loopCost };
      }),
    );
  } finally {
    for (const pair of ready) await Promise.all([pair.oju.stop(), pair.loop.stop()]);
  }
}

async function main(): Promise<void> {
  const runs: { oju: Cost; loop: Cost }[][] = [];
  for (let seed = 1; seed <= RUNS; seed += 1) runs.push(await run(seed));
  CASES.forEach(({ analysisSeconds, bounds }, index) => {
    const pairs = runs.flatMap((costs) => costs[index] ?? []);
    const middle = (who: 'oju' | 'loop', figure: keyof Cost) =>
      median(pairs.map((pair) => pair[who][figure]));
    const told = (who: 'oju' | 'loop') =>
      `${middle(who, 'requests').toFixed(2)} requests and ${middle(who, 'seconds').toFixed(1)} s`;
    console.log(
      `analyses of ${analysisSeconds} s: ${told('oju')} a platform, ` +
        `the documented loop ${told('loop')}, the floor ${FLOOR.requests} and ${FLOOR.seconds}`,
    );
    const ratio = (figure: keyof Cost, other: (pair: { loop: Cost }) => Cost) =>
      median(pairs.map((pair) => pair.oju[figure] / other(pair)[figure]));
    const name = (what: string) => `analyses of ${analysisSeconds} s, ${what}`;
    report([
      {
        name: name('requests to the floor'),
        value: ratio('requests', () => FLOOR),
        atMost: bounds.requests,
      },
      {
        name: name('seconds to the floor'),
        value: ratio('seconds', () => FLOOR),
        atMost: bounds.seconds,
      },
      {
        name: name('requests to the loop'),
        value: ratio('requests', ({ loop }) => loop),
        atMost: bounds.toLoop,
      },
      {
        name: name('seconds to the loop'),
        value: ratio('seconds', ({ loop }) => loop),
        atMost: bounds.toLoop,
      },
    ]);
  });
}

void main();

import { parseArgs } from 'node:util';
import type { SetUp } from '../support/chaos/plan.js';
import { runChaos } from '../support/chaos/run.js';
import { smallDiskLack } from '../support/chaos/small-disk.js';
import { roundLines, table } from '../support/chaos/table.js';
import { KILL_STEPS } from '../support/server/server-options.js';

/** A round that has begun is let end. */
const LAST_ROUND_MS = 90_000;

/**
 * `npm run test:chaos -- --seed N --minutes M --kills N`: kills at each named step at least `kills`
 * times, 20 unless told, within `minutes`, 10 unless told. Ends with a table, and 1 on a violation.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '10' },
      kills: { type: 'string', default: '20' },
      setups: { type: 'string', default: 'sqlite,mariadb,queue' },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const kills = Number(values.kills);
  console.log(`seed ${seed}`);
  const lack = smallDiskLack();
  if (lack !== null) console.log(`!! No round fills a disk up: ${lack}.`);
  const startedMs = Date.now();
  const results = await runChaos({
    seed,
    setUps: values.setups.split(',') as SetUp[],
    killsAtEachStep: kills,
    withinMs: Number(values.minutes) * 60_000 - LAST_ROUND_MS,
    tell: (result) => {
      console.log(roundLines(result));
    },
  });
  const done = results.flatMap((result) => result.kills);
  const short = KILL_STEPS.filter((step) => done.filter((kill) => kill === step).length < kills);
  for (const step of short) console.log(`Fewer than ${kills} kills ${step}: more minutes, please.`);
  console.log(
    `\n${table(results)}\nseed ${seed}, ${Math.round((Date.now() - startedMs) / 1000)} s`,
  );
  const isWell = short.length === 0 && results.every(({ violations }) => violations.length === 0);
  process.exitCode = isWell ? 0 : 1;
}

void main();

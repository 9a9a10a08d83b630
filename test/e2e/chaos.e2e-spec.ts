import { runChaos } from '../support/chaos/run.js';
import { roundLines, table } from '../support/chaos/table.js';
import { SHORT_ROUND, type SetUp } from '../support/chaos/plan.js';
import { redisProgram } from '../support/redis-server.js';
import { KILL_STEPS } from '../support/server/server-options.js';

/** A tenth of `npm run test:chaos`. */
const KILLS_AT_EACH_STEP = 2;
const SEED = 4;

const hasMariadb = process.env.OJU_TEST_MARIADB !== undefined;
const setUps: SetUp[] = [
  'sqlite',
  ...(hasMariadb ? ['mariadb' as const] : []),
  ...(hasMariadb && redisProgram() !== undefined ? ['queue' as const] : []),
];

describe('kills and outages at random', () => {
  it(`lose nothing and overspend nothing on ${setUps.join(', ')}`, async () => {
    const results = await runChaos({
      seed: SEED,
      setUps,
      size: SHORT_ROUND,
      killsAtEachStep: KILLS_AT_EACH_STEP,
      withinMs: 120_000,
      tell: () => undefined,
    });

    console.info(`${results.map(roundLines).join('\n')}\n${table(results)}`);
    expect(results.flatMap(({ violations }) => violations)).toEqual([]);
    const kills = results.flatMap((result) => result.kills);
    for (const step of KILL_STEPS) {
      expect(kills.filter((kill) => kill === step).length).toBeGreaterThanOrEqual(
        KILLS_AT_EACH_STEP,
      );
    }
  }, 400_000);
});

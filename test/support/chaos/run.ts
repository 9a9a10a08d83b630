import { KILL_STEPS } from '../server/server-options.js';
import { seededRandom } from '../virustotal-stand-in/random.js';
import { makeGround } from './ground.js';
import { type Outage, planRound, type RoundSize, type SetUp } from './plan.js';
import { type RoundResult, runRound } from './round.js';
import { smallDiskLack } from './small-disk.js';

export interface ChaosOptions {
  seed: number;
  setUps: readonly SetUp[];
  size?: RoundSize;
  /** At how many kills of each named step it is enough, over all set-ups together. */
  killsAtEachStep: number;
  /** When no further round is begun, real ms from now. */
  withinMs: number;
  tell: (result: RoundResult) => void;
}

/** Runs rounds on all set-ups side by side until there were kills enough. Each runs one at least. */
export async function runChaos(options: ChaosOptions): Promise<RoundResult[]> {
  const { seed, setUps, size, killsAtEachStep, withinMs, tell } = options;
  const results: RoundResult[] = [];
  const deadline = Date.now() + withinMs;
  const isEnough = () => {
    const kills = results.flatMap((result) => result.kills);
    return KILL_STEPS.every(
      (step) => kills.filter((kill) => kill === step).length >= killsAtEachStep,
    );
  };
  const without: Outage[] = smallDiskLack() === null ? [] : ['disk_full'];
  const lane = async (setUp: SetUp, index: number) => {
    const random = seededRandom(seed + index);
    const ground = await makeGround(setUp);
    try {
      for (let number = 0; number === 0 || (!isEnough() && Date.now() < deadline); number += 1) {
        const result = await runRound(planRound(setUp, number, random, size, without), ground);
        results.push(result);
        tell(result);
      }
    } finally {
      await ground.close();
    }
  };
  await Promise.all(setUps.map(lane));
  return results;
}

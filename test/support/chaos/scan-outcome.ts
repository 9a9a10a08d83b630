import type { RoundFacts } from './facts.js';
import { violationsOf } from './invariants.js';
import type { RoundPlan } from './plan.js';
import { tornRows } from './torn-rows.js';
import type { World } from './world.js';

/**
 * What the one scan of a world broke, once it has ended.
 * @param lossesByOutage how many answers the outage may have cost
 */
export async function brokenBy(
  world: World,
  scanned: Pick<RoundPlan, 'platforms' | 'flagged'>,
  lossesByOutage: number,
): Promise<string[]> {
  const { database, perMinute } = world.options;
  const scans = await world.scans();
  const facts: RoundFacts = {
    plan: { ...scanned, perMinute },
    kills: 0,
    lossesByOutage,
    torn: [await tornRows(database)],
    scans,
    tasks: await world.tasks(scans[0]!.id),
    alerts: await world.alerts(),
    stats: await world.standIn.control.stats(),
  };
  return violationsOf(facts);
}

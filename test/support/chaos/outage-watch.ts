import type { World } from './world.js';

const LOOK_MS = 200;

/** What was seen of the application while an outage lasted. */
export interface OutageSeen {
  /** Every status that `/health/live` answered with; 0 for none. */
  live: Set<number>;
  /** Every answer of `/health/ready` but a good one. */
  notReady: Set<string>;
}

/** Looks at the health pages all the while. @returns what ends that, and tells what was seen */
export function watchHealth(world: World): () => Promise<OutageSeen> {
  const seen: OutageSeen = { live: new Set(), notReady: new Set() };
  let isOver = false;
  const look = async () => {
    while (!isOver) {
      const [live, ready] = await Promise.all([world.health('live'), world.health('ready')]);
      seen.live.add(live.status);
      if (ready.status !== 200) seen.notReady.add(`${ready.status} ${ready.body}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const looking = look();
  return async () => {
    isOver = true;
    await looking;
    return seen;
  };
}

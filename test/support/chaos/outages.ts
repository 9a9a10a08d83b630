import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestDatabase } from '../databases.js';
import { startWriter } from '../helper-process.js';
import type { Ground } from './ground.js';
import { until } from './patience.js';
import { FACTOR, type Outage } from './plan.js';
import type { SmallDisk } from './small-disk.js';
import type { World } from './world.js';

/** A virtual minute, real ms. */
const MINUTE_MS = 60_000 / FACTOR;
const RESETS = 6;
const HELD_MS = 2_500;
const FULL_MS = 2_000;
const ASLEEP_MS = 2_000;
const STEP_MS = 90_000;

/** What an outage happens to. */
export interface Stricken {
  world: World;
  ground: Ground;
  database: TestDatabase;
  /** Which process, where it is one's own. */
  victim: number;
}

/**
 * Lets an outage begin, last and end.
 * @returns how many answers it may have cost, whose requests are then made again: at these rates
 * one is on its way at a time
 */
export async function strike(outage: Outage, stricken: Stricken): Promise<number> {
  const { world, ground, database, victim } = stricken;
  const server = world.servers[victim]!;
  switch (outage) {
    case 'virustotal_gone': {
      const { control } = world.standIn;
      await control.fault({ kind: 'reset', count: RESETS });
      const isBack = async () =>
        (await control.stats()).faultsPending === 0 || (await isOver(world));
      await until('VirusTotal back', isBack, Boolean, 120_000);
      return 0;
    }
    case 'database_held':
      await startWriter(join(database.folder, 'oju.sqlite'), 'hold', HELD_MS).ended();
      return 1;
    case 'disk_full': {
      const disk = database as SmallDisk;
      disk.fill();
      await delay(FULL_MS);
      disk.free();
      return 1;
    }
    case 'database_killed':
      await ground.mariadb!.kill();
      await delay(MINUTE_MS);
      await ground.mariadb!.start();
      return 1;
    case 'redis_flushed':
      await ground.redis!.flush();
      return 0;
    case 'slept':
      server.signal('SIGSTOP');
      await delay(ASLEEP_MS);
      server.signal('SIGCONT');
      return 1;
    case 'clock_stepped':
      await server.tell({ kind: 'step', byMs: STEP_MS });
      await delay(MINUTE_MS / 6);
      await server.tell({ kind: 'step', byMs: -STEP_MS });
      return 0;
    case 'day_quota_spent':
      // The round's own limit sees to it.
      return 0;
  }
}

async function isOver(world: World): Promise<boolean> {
  return typeof (await world.peekScan())?.finishedAt === 'string';
}

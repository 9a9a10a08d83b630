import { createMysql, type TestDatabase } from '../databases.js';
import { type MariadbServer, startMariadbServer } from '../mariadb-server.js';
import { temporarySqlite } from '../open-database.js';
import { type RedisServer, startRedis } from '../redis-server.js';
import type { RoundPlan, SetUp } from './plan.js';
import { makeSmallDisk } from './small-disk.js';

/** What the rounds of one set-up run on. */
export interface Ground {
  mariadb: MariadbServer | null;
  redis: RedisServer | null;
  freshDatabase: (plan: RoundPlan) => Promise<TestDatabase>;
  close: () => Promise<void>;
}

/**
 * Starts the servers that a set-up needs: throw-away ones, which it may kill.
 * @throws Error when the machine lacks one
 */
export async function makeGround(setUp: SetUp): Promise<Ground> {
  if (setUp === 'sqlite') return sqliteGround();
  const mariadb = await startMariadbServer();
  const redis = setUp === 'queue' ? await startRedis() : null;
  return {
    mariadb,
    redis,
    freshDatabase: async () => {
      await redis?.flush();
      return createMysql(mariadb.url);
    },
    close: async () => {
      await redis?.stop();
      await mariadb.stop();
    },
  };
}

function sqliteGround(): Ground {
  return {
    mariadb: null,
    redis: null,
    freshDatabase: ({ events }) => {
      const isToBeFull = events.some((e) => e.kind === 'outage' && e.outage === 'disk_full');
      return isToBeFull ? makeSmallDisk() : Promise.resolve(temporarySqlite());
    },
    close: () => Promise.resolve(),
  };
}

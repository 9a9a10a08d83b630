import { setTimeout as delay } from 'node:timers/promises';
import { OjuDataSource } from '../../src/database/oju-data-source.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import type { Providers } from './providers.js';

/** How often it is looked whether a transaction waits, ms. */
const LOOK_MS = 10;

/**
 * Does `first` in a transaction that is not committed before `second`, begun after it, has ended or
 * waits for a lock. On SQLite writers stand in line, so that `second` comes after the commit.
 * @returns how both ended
 */
export async function overlap<A, B>(
  nest: Providers,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
  const unitOfWork = nest.get(UnitOfWork);
  let commit = (): void => undefined;
  const committing = new Promise<void>((resolve) => (commit = resolve));
  let written = (): void => undefined;
  const writing = new Promise<void>((resolve) => (written = resolve));
  const one = unitOfWork.run(async () => {
    const outcome = await first();
    written();
    await committing;
    return outcome;
  });
  await Promise.race([writing, one]);
  const race = { isOver: false };
  const other = second().finally(() => (race.isOver = true));
  const both = Promise.allSettled([one, other]);
  if (!unitOfWork.isSerial) {
    const dataSource = nest.get(OjuDataSource);
    while (!race.isOver && !(await isWaitingForALock(dataSource))) await delay(LOOK_MS);
  }
  commit();
  return both;
}

/** Both must have gone well. */
export async function overlapWell<A, B>(
  nest: Providers,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<[A, B]> {
  const [one, other] = await overlap(nest, first, second);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return [one.value, other.value];
}

/** Not from INNODB_TRX, which is renewed only once nobody on the server has read it for 100 ms. */
async function isWaitingForALock(dataSource: OjuDataSource): Promise<boolean> {
  const [engine] = await dataSource.query<{ Status: string }[]>('SHOW ENGINE INNODB STATUS');
  const waiting = (engine?.Status ?? '')
    .split('---TRANSACTION')
    .filter((transaction) => transaction.includes('LOCK WAIT'))
    .map((transaction) => Number(/thread id (\d+)/.exec(transaction)?.[1]));
  const ours = await dataSource.query<{ id: string }[]>(
    'SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE()',
  );
  return ours.some(({ id }) => waiting.includes(Number(id)));
}

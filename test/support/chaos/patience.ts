import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 100;

/**
 * Looks until what is seen is as it should be.
 * @param what is waited for, in words
 * @param patienceMs real time; generous, since it only decides how late a failure is told
 * @throws Error with what was seen last
 */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  isDone: (seen: T) => boolean,
  patienceMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isDone(seen)) return seen;
    if (Date.now() > deadline) {
      throw new Error(`Not after ${patienceMs} ms: ${what}. Seen last: ${JSON.stringify(seen)}`);
    }
    await delay(LOOK_MS);
  }
}

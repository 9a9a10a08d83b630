import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 20;
const PATIENCE_MS = 20_000;

/**
 * Looks until what is seen is as it should be, since nobody tells when work behind an answer is done.
 * @throws Error with what was seen last, after 20 s
 */
export async function eventually<T>(
  look: () => Promise<T>,
  isDone: (seen: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isDone(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`It never came: ${JSON.stringify(seen)}`);
    await delay(LOOK_MS);
  }
}

import { SystemClock } from './clock.js';

/** How long a stopping process waits for what is on its way, real ms; it is killed after 10 s. */
const DRAIN_MS = 8_000;

/**
 * Waits for what a stopping process has on its way, and no longer than it may.
 * @returns whether that has come to its end
 */
export async function drained(work: Promise<unknown>): Promise<boolean> {
  const isDone = new AbortController();
  const done = work.finally(() => {
    isDone.abort();
  });
  await Promise.race([done, new SystemClock().sleep(DRAIN_MS, isDone.signal)]);
  return isDone.signal.aborted;
}

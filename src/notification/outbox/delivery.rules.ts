const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after its first try a delivery is given up. */
export const RETRY_FOR_MS = 24 * HOUR_MS;

const FIRST_DELAY_MS = 10 * SECOND_MS;
const LONGEST_DELAY_MS = HOUR_MS;
/** Whoever asks for more than this is asked again sooner. */
const LONGEST_RETRY_AFTER_MS = 6 * HOUR_MS;
/** What may have arrived is not sent again sooner than this: so four times at most. */
export const UNCERTAIN_DELAY_MS = 6 * HOUR_MS;
/** Of the delay, this share is chance: those that failed together do not come back together. */
const JITTER = 0.5;

/** From this many failures in a row on, a channel as a whole is left alone for a while. */
const TIRED_AFTER = 5;
const LONGEST_PAUSE_MS = 2 * MINUTE_MS;

/** What is known when a try has failed. */
export interface FailedTry {
  /** The number of tries so far, from 1. */
  attempts: number;
  now: Date;
  giveUpAt: Date;
  isFinal: boolean;
  retryAfterMs: number | null;
}

/**
 * When a delivery is tried again: after 10 s, doubled with each try up to an hour, of which half is
 * chance; not before the other side asked for (6 hours at most), and a last time a day after the
 * first try.
 * @param chance from 0 to 1
 * @returns null when it is given up
 */
export function nextTryAt(failed: FailedTry, chance: number): Date | null {
  const { attempts, now, giveUpAt, isFinal, retryAfterMs } = failed;
  if (isFinal || now >= giveUpAt) return null;
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_DELAY_MS);
  const spreadMs = delayMs * (1 - JITTER + JITTER * chance);
  const askedMs = Math.min(Math.max(retryAfterMs ?? 0, 0), LONGEST_RETRY_AFTER_MS);
  const atMs = now.getTime() + Math.max(spreadMs, askedMs);
  return new Date(Math.min(atMs, giveUpAt.getTime()));
}

/**
 * How long a whole channel is left alone after a failed try, ms: as long as the other side asked
 * for, or a while that grows with the failures in a row, so that a dead receiver is not asked for
 * every message anew.
 */
export function channelPauseMs(failuresInARow: number, retryAfterMs: number | null): number {
  const askedMs = Math.min(Math.max(retryAfterMs ?? 0, 0), LONGEST_RETRY_AFTER_MS);
  const excess = failuresInARow - TIRED_AFTER;
  const tiredMs =
    excess < 0 ? 0 : Math.min(SECOND_MS * 2 ** Math.min(excess, 20), LONGEST_PAUSE_MS);
  return Math.max(askedMs, tiredMs);
}

const DAY_MS = 86_400_000;

/** An engine that said nothing in so much time in which others answered is silent. */
const SILENT_AFTER_MS = 30 * DAY_MS;

/**
 * Between two answers of any engine lies a week at most, the longest frequency, and a day for scans
 * that take longer. What is longer is a gap, of which no more than this counts.
 */
const LONGEST_WAIT_MS = 8 * DAY_MS;

/** A time in which no engine answered anything. */
export interface Gap {
  fromAt: Date;
  toAt: Date;
}

/** What silence is measured by. */
export interface Answering {
  /** The latest answer of any engine; null before the first. */
  latest: Date | null;
  /** The gaps in the answers, none overlapping another. */
  gaps: readonly Gap[];
}

/** True when scanning stood still from one answer to the next. */
export function isGap(from: Date, to: Date): boolean {
  return to.getTime() - from.getTime() > LONGEST_WAIT_MS;
}

/**
 * True for an engine that has said nothing for 30 days of answers by others. Measured to the latest
 * answer of any engine, not to now, and a gap in the answers counts as eight days at most: while
 * nothing is scanned nobody turns silent, nor by one answer after a long pause.
 * @param last when the engine was heard last
 */
export function isSilent(last: Date, { latest, gaps }: Answering): boolean {
  if (latest === null) return false;
  const elapsedMs = latest.getTime() - last.getTime();
  if (elapsedMs < SILENT_AFTER_MS) return false;
  const notCountedMs = gaps.reduce((sum, gap) => {
    const from = Math.max(gap.fromAt.getTime(), last.getTime());
    const to = Math.min(gap.toAt.getTime(), latest.getTime());
    return sum + Math.max(0, to - from - LONGEST_WAIT_MS);
  }, 0);
  return elapsedMs - notCountedMs >= SILENT_AFTER_MS;
}

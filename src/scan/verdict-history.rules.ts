import type { Verdict } from '../alert/verdict.rules.js';

/** An engine's present interval, as far as the next scan cares. */
export interface PresentInterval {
  id: number;
  engine: number;
  category: string;
  result: string | null;
  method: string | null;
}

/** What a scan changes in the history of verdicts. */
export interface HistoryChange {
  /** Intervals that end: another verdict came, or none. */
  closedIds: number[];
  /** Verdicts whose intervals begin. */
  opened: Verdict[];
}

/**
 * Compares a scan's verdicts with the present intervals; what is the same goes on without a write.
 */
export function historyChange(
  present: readonly PresentInterval[],
  verdicts: readonly Verdict[],
): HistoryChange {
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.engine, verdict]));
  const closedIds: number[] = [];
  const unchanged = new Set<number>();
  for (const interval of present) {
    const verdict = verdictOf.get(interval.engine);
    if (verdict && isSame(interval, verdict)) unchanged.add(interval.engine);
    else closedIds.push(interval.id);
  }
  return { closedIds, opened: verdicts.filter(({ engine }) => !unchanged.has(engine)) };
}

function isSame(interval: PresentInterval, verdict: Verdict): boolean {
  return (
    interval.category === verdict.category &&
    interval.result === verdict.result &&
    interval.method === verdict.method
  );
}

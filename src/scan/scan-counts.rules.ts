import type { ScanTaskState } from './scan-task.entity.js';
import type { ScanCounts } from './scan.rules.js';

/** A scan's tasks of one state, as the database counts them; null in a scan without any task. */
export interface CountRow {
  scanId: number;
  state: ScanTaskState | null;
  total: unknown;
  flagged: unknown;
  /** Completed tasks that were thinned out, of the whole scan: each of its rows says the same. */
  thinned: unknown;
  thinnedFlagged: unknown;
}

/** Adds up one scan's rows; what was thinned counts as it did before. */
export function addCounts(counts: ScanCounts, rows: readonly CountRow[]): void {
  for (const { state, total, flagged } of rows) {
    if (state === null) continue;
    counts[state] = Number(total);
    counts.total += Number(total);
    counts.flagged += Number(flagged);
  }
  const thinned = Number(rows[0]?.thinned ?? 0);
  counts.completed += thinned;
  counts.total += thinned;
  counts.flagged += Number(rows[0]?.thinnedFlagged ?? 0);
}

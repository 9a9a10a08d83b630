import type { ScanState } from './scan.entity.js';
import type { ScanTaskState } from './scan-task.entity.js';

/** How many tasks of a scan are in each state, and how many platforms were found flagged. */
export interface ScanCounts extends Record<ScanTaskState, number> {
  total: number;
  flagged: number;
}

/** The states of a task that has not ended. */
export const OPEN_TASK_STATES: readonly ScanTaskState[] = ['pending', 'submitted'];

/** True for a task that has not ended. */
export function isTaskOpen(state: ScanTaskState): boolean {
  return OPEN_TASK_STATES.includes(state);
}

/** The counts of a scan without tasks. */
export function noCounts(): ScanCounts {
  return {
    total: 0,
    pending: 0,
    submitted: 0,
    completed: 0,
    failed: 0,
    skipped: 0,
    flagged: 0,
  };
}

/** How many tasks have ended, however they did. */
export function doneOf({ completed, failed, skipped }: ScanCounts): number {
  return completed + failed + skipped;
}

/** True for a scan that will not change any more. */
export function hasEnded(state: ScanState): boolean {
  return state === 'completed' || state === 'completed_with_errors' || state === 'cancelled';
}

/** How a scan ends once no task is open; a cancelled one stays cancelled. */
export function finalState(counts: ScanCounts, isCancelled: boolean): ScanState {
  if (isCancelled) return 'cancelled';
  return counts.failed > 0 ? 'completed_with_errors' : 'completed';
}

/**
 * When the next scan over all platforms is due: a period after the last one started, or at once if
 * there was none.
 */
export function nextScanAt(lastStartedAt: Date | null, frequencyDays: number, now: Date): Date {
  if (!lastStartedAt) return now;
  return new Date(lastStartedAt.getTime() + frequencyDays * 24 * 60 * 60 * 1000);
}

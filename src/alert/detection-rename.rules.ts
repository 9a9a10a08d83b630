import type { DetectionState } from './alert.rules.js';

/** A live detection as a rename needs it. */
export interface RenamedDetection {
  id: number;
  alertId: number | null;
  category: string;
  result: string | null;
  method: string | null;
  state: DetectionState;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

/** What becomes of the two detections when their engines turn out to be one. */
export interface MergedDetections {
  /** The row that speaks for the engine from now on, with what it says. */
  keptId: number;
  kept: Omit<RenamedDetection, 'id' | 'alertId'>;
  /** The other row, which is history of its alert from now on, or of no use if it has none. */
  other: RenamedDetection;
}

/**
 * One engine under two names flags a platform twice: the old name's detection and the new one's
 * become one, which says what the new name says, since the earlier of the two. A row of the open
 * alert is kept before any other, or that alert would wait for nobody; and it counts as long as
 * either did, so that only a scan can clear it.
 */
export function mergedDetections(
  old: RenamedDetection,
  recent: RenamedDetection,
  openAlertId: number | null,
): MergedDetections {
  const isOldKept =
    (old.alertId !== null && recent.alertId === null) ||
    (openAlertId !== null && old.alertId === openAlertId && recent.alertId !== openAlertId);
  const [kept, other] = isOldKept ? [old, recent] : [recent, old];
  const { category, result, method, lastSeenAt } = recent;
  return {
    keptId: kept.id,
    kept: {
      category,
      result,
      method,
      lastSeenAt,
      state: strongest(old.state, recent.state),
      firstSeenAt: old.firstSeenAt < recent.firstSeenAt ? old.firstSeenAt : recent.firstSeenAt,
    },
    other,
  };
}

function strongest(one: DetectionState, other: DetectionState): DetectionState {
  const states = [one, other];
  return states.find((state) => state === 'detected') ?? states.find(isSilent) ?? other;
}

function isSilent(state: DetectionState): boolean {
  return state === 'silent';
}

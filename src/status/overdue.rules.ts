const HOUR_MS = 60 * 60_000;

/** What tells whether scanning keeps its times. */
export interface ScanningTimes {
  isActive: boolean;
  nextScanAt: Date | null;
  /** The open scan over all platforms, if one runs. */
  running: {
    /** It says why it waits: then silence is no fault. */
    isWaiting: boolean;
    /** When it last got anywhere. */
    lastProgressAt: Date;
  } | null;
}

/**
 * Overdue: the next scan should have begun over an hour ago, or the running one has made no
 * progress for an hour without saying why. An inactive integration is neither overdue nor unwell.
 */
export function isOverdue({ isActive, nextScanAt, running }: ScanningTimes, now: Date): boolean {
  if (!isActive) return false;
  if (running) {
    return !running.isWaiting && now.getTime() - running.lastProgressAt.getTime() > HOUR_MS;
  }
  return nextScanAt !== null && now.getTime() - nextScanAt.getTime() > HOUR_MS;
}

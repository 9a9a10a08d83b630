import type { Platform, PlatformState } from './platform.entity.js';

const DAY_MS = 86_400_000;

/** A platform without a conclusive scan in this many periods is not known to be clean any more. */
const STALE_AFTER_PERIODS = 2;

/** A platform's state at a moment. */
export interface StateAt {
  state: PlatformState;
  /** True when the last conclusive scan is more than two periods ago. */
  isStale: boolean;
}

/** Conclusive scans from this moment on still tell a platform's state at `now`. */
export function freshSince(now: Date, frequencyDays: number): Date {
  return new Date(now.getTime() - STALE_AFTER_PERIODS * frequencyDays * DAY_MS);
}

/**
 * A platform's state at `now`: flagged however old; clean only on a conclusive scan within two
 * periods; else unknown.
 * @param frequencyDays days from scan to scan
 */
export function platformState(
  { state, lastConclusiveAt }: Pick<Platform, 'state' | 'lastConclusiveAt'>,
  now: Date,
  frequencyDays: number,
): StateAt {
  const isStale = lastConclusiveAt !== null && lastConclusiveAt < freshSince(now, frequencyDays);
  if (state === 'flagged') return { state, isStale: isStale || lastConclusiveAt === null };
  if (lastConclusiveAt === null) return { state: 'unknown', isStale: false };
  return { state: isStale ? 'unknown' : state, isStale };
}

/** When a platform is to be scanned next, as far as its last scan tells; null when that is unknown. */
export function nextScanAt(
  {
    isActive,
    archivedAt,
    lastScannedAt,
  }: Pick<Platform, 'isActive' | 'archivedAt' | 'lastScannedAt'>,
  frequencyDays: number,
  isIntegrationActive: boolean,
): Date | null {
  const isScanned = isActive && archivedAt === null && isIntegrationActive;
  if (!isScanned || lastScannedAt === null) return null;
  return new Date(lastScannedAt.getTime() + frequencyDays * DAY_MS);
}

/** The state to keep after a scan, or after a person accepted what was flagged. */
export function stateToKeep(isFlagged: boolean, hasConclusiveScan: boolean): PlatformState {
  if (isFlagged) return 'flagged';
  return hasConclusiveScan ? 'clean' : 'unknown';
}

/** An archived platform's flags were retired with it, so that nothing is known until a scan. */
export const FLAG_FORGOTTEN = {
  state: 'unknown',
  lastConclusiveAt: null,
  lastConclusiveEngines: null,
} satisfies Partial<Platform>;

/** What is known of a platform that is new. */
export const NEVER_SCANNED = {
  state: 'unknown',
  lastScannedAt: null,
  lastConclusiveAt: null,
  lastConclusiveEngines: null,
  submittedAt: null,
  virusTotalUrlId: null,
} satisfies Partial<Platform>;

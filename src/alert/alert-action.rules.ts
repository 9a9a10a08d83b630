import { isSettled } from './alert.rules.js';
import type {
  DetectionChanges,
  Evidence,
  LatestAlert,
  LiveDetection,
  Standing,
} from './evidence.js';
import { isAcceptedTriple, isSameFlag } from './flag.rules.js';
import { isFlagging } from './verdict.rules.js';

/** What becomes of the platform's alert. */
export type AlertAction =
  | { kind: 'none' }
  | { kind: 'open'; previousAlertId: number | null }
  | { kind: 'reopen'; alertId: number }
  | { kind: 'update'; alertId: number }
  | { kind: 'clear'; alertId: number };

/** The id of the alert if it is not settled. */
export function openAlertOf(latest: LatestAlert | null): number | null {
  return latest && !isSettled(latest.state) ? latest.id : null;
}

/**
 * The alert that the scan reopens: it was settled as remediated, and a conclusive scan still flags
 * it the same way.
 */
export function reopenedAlertOf(evidence: Evidence): number | null {
  const { verdicts, isConclusive, live, accepted, latestAlert } = evidence;
  if (!isConclusive || !latestAlert || !isRemediated(latestAlert)) return null;
  const isStillFlagged = verdicts.some(
    (verdict) =>
      isFlagging(verdict.category) &&
      !isAcceptedTriple(verdict, accepted) &&
      live.some(
        (row) =>
          row.alertId === latestAlert.id &&
          row.engine === verdict.engine &&
          row.state !== 'accepted' &&
          isSameFlag(row, verdict),
      ),
  );
  return isStillFlagged ? latestAlert.id : null;
}

/**
 * What becomes of the platform's alert.
 * @param after every live detection of the platform as it stands once `changes` are made
 */
export function alertAction(
  evidence: Evidence,
  after: readonly Standing[],
  changes: DetectionChanges,
): AlertAction {
  const openAlertId = openAlertOf(evidence.latestAlert);
  return openAlertId === null
    ? settledAlertAction(evidence, after, changes)
    : openAlertAction(openAlertId, evidence, after, changes);
}

function settledAlertAction(
  evidence: Evidence,
  after: readonly Standing[],
  changes: DetectionChanges,
): AlertAction {
  const { live, latestAlert, threshold } = evidence;
  const reopenedId = reopenedAlertOf(evidence);
  if (reopenedId !== null) return { kind: 'reopen', alertId: reopenedId };
  const counting = after.filter(isCounting).length;
  if (latestAlert && isRemediated(latestAlert)) {
    // What was said to be remediated waits for a conclusive scan; another flag does not.
    const idsOfAlert = idsOf(live, latestAlert.id);
    const isNew =
      changes.raised.some(isCounting) ||
      changes.seen.some((flag) => isCounting(flag) && !idsOfAlert.has(flag.detectionId));
    if (!isNew) return { kind: 'none' };
  }
  // Flags of earlier scans count, but without one of its own a scan has found nothing.
  const isFound = changes.raised.some(isCounting) || changes.seen.some(isCounting);
  return isFound && counting >= threshold
    ? { kind: 'open', previousAlertId: latestAlert?.id ?? null }
    : { kind: 'none' };
}

function openAlertAction(
  alertId: number,
  { live, isConclusive }: Evidence,
  after: readonly Standing[],
  { raised, seen, clearedIds, hushed }: DetectionChanges,
): AlertAction {
  const idsOfAlert = idsOf(live, alertId);
  const hasCleared = clearedIds.some((id) => idsOfAlert.has(id));
  const counted = new Set(live.filter(({ state }) => state !== 'accepted').map(({ id }) => id));
  const hasTurnedAccepted = seen.some(
    ({ detectionId, state }) => state === 'accepted' && counted.has(detectionId),
  );
  const isAnyLeft = after.some(({ state }) => state !== 'accepted');
  if (isConclusive && (hasCleared || hasTurnedAccepted) && !isAnyLeft) {
    return { kind: 'clear', alertId };
  }
  const isChanged =
    hasCleared ||
    raised.length > 0 ||
    seen.some((flag) => flag.isChanged) ||
    hushed.some(({ detectionId }) => idsOfAlert.has(detectionId));
  return isChanged ? { kind: 'update', alertId } : { kind: 'none' };
}

function idsOf(live: readonly LiveDetection[], alertId: number): Set<number> {
  return new Set(live.filter((detection) => detection.alertId === alertId).map(({ id }) => id));
}

function isRemediated({ state, reason }: LatestAlert): boolean {
  return state === 'resolved' && reason === 'remediated';
}

function isCounting({ state }: { state: LiveDetection['state'] }): boolean {
  return state === 'detected';
}

import {
  type AlertAction,
  alertAction,
  openAlertOf,
  reopenedAlertOf,
} from './alert-action.rules.js';
import type { DetectionChanges, Evidence, LiveDetection, Raised, Standing } from './evidence.js';
import { isAcceptedTriple, isSameFlag } from './flag.rules.js';
import { isClearing, isFlagging } from './verdict.rules.js';

/** What one scan of one platform changes. */
export interface Judgement extends DetectionChanges {
  /** Engines whose accepted triples end with this scan. */
  acceptanceEnded: number[];
  alert: AlertAction;
  /** At least one detection that is not accepted, however few engines flag. */
  isFlagged: boolean;
}

/**
 * Judges one completed scan of a platform. Only an engine's own verdict raises or clears its
 * detection: an engine that is absent, timed out, failed or says something unknown changes
 * nothing. In an inconclusive scan flags count and nothing clears.
 */
export function judge(evidence: Evidence): Judgement {
  const changes = detectionChanges(evidence);
  const after = standing(evidence.live, changes);
  return {
    ...changes,
    acceptanceEnded: acceptanceEnded(evidence),
    alert: alertAction(evidence, after, changes),
    isFlagged: after.some((detection) => detection.state !== 'accepted'),
  };
}

function detectionChanges(evidence: Evidence): DetectionChanges {
  const liveOf = new Map(evidence.live.map((detection) => [detection.engine, detection]));
  const openAlertId = openAlertOf(evidence.latestAlert) ?? reopenedAlertOf(evidence);
  const changes: DetectionChanges = { raised: [], seen: [], clearedIds: [], hushed: [] };
  const judged = new Set<number>();
  for (const verdict of evidence.verdicts) {
    const live = liveOf.get(verdict.engine);
    if (isFlagging(verdict.category)) {
      const state = isAcceptedTriple(verdict, evidence.accepted) ? 'accepted' : 'detected';
      addFlag(changes, { verdict, state }, live, openAlertId);
    } else if (live && isClearing(verdict.category) && evidence.isConclusive) {
      changes.clearedIds.push(live.id);
    } else continue;
    judged.add(verdict.engine);
  }
  for (const { id, engine, state, isEngineSilent } of evidence.live) {
    if (judged.has(engine) || state === 'accepted') continue;
    const now = isEngineSilent ? 'silent' : 'detected';
    if (now !== state) changes.hushed.push({ detectionId: id, state: now });
  }
  return changes;
}

type Flag = Pick<Raised, 'verdict' | 'state'>;

function addFlag(
  changes: DetectionChanges,
  flag: Flag,
  live: LiveDetection | undefined,
  openAlertId: number | null,
): void {
  const { verdict, state } = flag;
  if (!live || needsRowOfItsOwn(live, flag, openAlertId)) {
    changes.raised.push({ verdict, state, replaces: live?.id ?? null });
  } else {
    changes.seen.push({
      detectionId: live.id,
      verdict,
      state,
      isChanged: !isSameFlag(live, verdict) || live.state !== state,
      hasNewMethod: live.method !== verdict.method,
    });
  }
}

function acceptanceEnded({ verdicts, accepted, isConclusive }: Evidence): number[] {
  if (!isConclusive) return [];
  const engines = new Set(accepted.map((triple) => triple.engine));
  return verdicts
    .filter(({ engine, category }) => isClearing(category) && engines.has(engine))
    .map(({ engine }) => engine);
}

/** A settled alert keeps the flag it was settled with: another flag is not written over it. */
function needsRowOfItsOwn(
  live: LiveDetection,
  { verdict, state }: Flag,
  openAlertId: number | null,
): boolean {
  if (live.alertId === null || live.alertId === openAlertId) return false;
  if (openAlertId !== null && state === 'detected') return true;
  return !isSameFlag(live, verdict) || (state === 'accepted') !== (live.state === 'accepted');
}

function standing(live: readonly LiveDetection[], changes: DetectionChanges): Standing[] {
  const { raised, seen, clearedIds, hushed } = changes;
  const gone = new Set<number | null>([...clearedIds, ...raised.map(({ replaces }) => replaces)]);
  const stateOfId = new Map<number, LiveDetection['state']>(
    [...seen, ...hushed].map(({ detectionId, state }) => [detectionId, state]),
  );
  return [
    ...live
      .filter(({ id }) => !gone.has(id))
      .map(({ id, state }) => ({ state: stateOfId.get(id) ?? state })),
    ...raised.map(({ state }) => ({ state })),
  ];
}

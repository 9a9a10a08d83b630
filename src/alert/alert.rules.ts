import type { Severity } from '../notification/severity.rules.js';
import type { StringKey } from '../web/strings/string-key.js';

export { SEVERITIES, type Severity } from '../notification/severity.rules.js';

export type AlertState = 'new' | 'in_progress' | 'resolved' | 'false_positive';

export type AlertReason =
  'remediated' | 'cleared' | 'accepted_risk' | 'engine_gone' | 'platform_removed';

/**
 * `detected` counts; `accepted` was accepted by settling an alert; `silent`: its engine answers
 * nowhere any more; `cleared`: the same engine said harmless or undetected since.
 */
export type DetectionState = 'detected' | 'cleared' | 'silent' | 'accepted';

/** What can be a line of an alert's timeline. */
export type TimelineKind =
  | 'opened'
  | 'reopened'
  | 'state_changed'
  | 'severity_changed'
  | 'assigned'
  | 'comment'
  | 'detection_added'
  | 'detection_changed'
  | 'detection_cleared'
  | 'detection_silent'
  | 'detection_heard'
  | 'engine_renamed'
  | 'dispute_changed'
  | 'dispute_closed'
  | 'confirmation_begun'
  | 'cleared'
  | 'platform_removed';

/** A state that an alert may be given: none becomes new again. */
export type NextState = Exclude<AlertState, 'new'>;

/** The states that an alert may be given, from each. */
const TRANSITIONS: Readonly<Record<AlertState, readonly NextState[]>> = {
  new: ['in_progress', 'resolved', 'false_positive'],
  in_progress: ['resolved', 'false_positive'],
  resolved: ['in_progress'],
  false_positive: ['in_progress'],
};

/** Every reason of a resolved alert. */
export const ALERT_REASONS: readonly AlertReason[] = [
  'remediated',
  'cleared',
  'accepted_risk',
  'engine_gone',
  'platform_removed',
];

/** Reasons that a person may resolve with; the others are the system's. */
export const REASONS_BY_HAND = ['remediated', 'accepted_risk', 'engine_gone'] as const;

/** Who is named where nobody works an alert; no mail address is that. */
export const NOBODY = 'nobody';

const CRITICAL_ENGINES = 5;
const HIGH_ENGINES = 2;

/** Every state of a detection, those that need work first. */
export const DETECTION_STATES: readonly DetectionState[] = [
  'detected',
  'silent',
  'accepted',
  'cleared',
];

/** Every state, in the order of an alert's life. */
export const ALERT_STATES: readonly AlertState[] = [
  'new',
  'in_progress',
  'resolved',
  'false_positive',
];

/** True once nobody need work on the alert. */
export function isSettled(state: AlertState): boolean {
  return state === 'resolved' || state === 'false_positive';
}

/** The states that a person may give an alert next. */
export function nextStates(state: AlertState): readonly NextState[] {
  return TRANSITIONS[state];
}

/** True when settling this way accepts the alert's (engine, category, result) triples. */
export function isAccepting(state: AlertState, reason: AlertReason | null): boolean {
  return state === 'false_positive' || (state === 'resolved' && reason === 'accepted_risk');
}

/**
 * Severity from the detections that count, by their categories; null when none does.
 * `critical` at 5 or more malicious engines, `high` at 2 to 4, `medium` at 1, else `low`.
 */
export function severityOf(categories: readonly string[]): Severity | null {
  if (categories.length === 0) return null;
  const malicious = categories.filter((category) => category === 'malicious').length;
  if (malicious >= CRITICAL_ENGINES) return 'critical';
  if (malicious >= HIGH_ENGINES) return 'high';
  return malicious === 1 ? 'medium' : 'low';
}

/**
 * What is wrong with giving an alert a state and a reason, by field; null when it is allowed. The
 * state and reason that it has are no change.
 * @param to the state and reason asked for; undefined where nothing is asked
 */
export function stateChangeComplaint(
  from: { state: AlertState; reason: AlertReason | null },
  to: { state: AlertState | undefined; reason: string | null | undefined },
): { field: 'state' | 'reason'; message: StringKey } | null {
  const state = to.state ?? from.state;
  const reason = to.reason ?? null;
  if (state === from.state) {
    const isSame = reason === null || reason === from.reason;
    return isSame ? null : { field: 'reason', message: reasonMessage(state) };
  }
  if (!nextStates(from.state).some((next) => next === state)) {
    return { field: 'state', message: `alert.error.transition.${from.state}` };
  }
  const isByHand = (REASONS_BY_HAND as readonly (string | null)[]).includes(reason);
  if (state === 'resolved') {
    return isByHand ? null : { field: 'reason', message: 'alert.error.reason' };
  }
  return reason === null ? null : { field: 'reason', message: reasonMessage(state) };
}

/**
 * What is wrong with a state and a reason for alerts whatever state they are in; null when some
 * admit them.
 */
export function jointChangeComplaint(
  state: AlertState | undefined,
  reason: string | null | undefined,
): { field: 'reason'; message: StringKey } | null {
  if (state === 'resolved') {
    const isByHand = REASONS_BY_HAND.some((one) => one === reason);
    return isByHand ? null : { field: 'reason', message: 'alert.error.reason' };
  }
  return reason == null ? null : { field: 'reason', message: 'alert.error.reasonOnlyForResolved' };
}

/** A resolved alert keeps its reason; every other has none. */
function reasonMessage(state: AlertState): StringKey {
  return state === 'resolved' ? 'alert.error.reasonKept' : 'alert.error.reasonOnlyForResolved';
}

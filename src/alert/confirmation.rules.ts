import type { DetectionState } from './alert.rules.js';
import type { Raised } from './evidence.js';

const HOUR_MS = 3_600_000;

/** A flag that one engine alone raised is looked at again so much later. */
const CONFIRM_AFTER_MS = 8 * HOUR_MS;

/** Later than so long after it was due, a look confirms nothing that the next scan would not. */
const GIVE_UP_AFTER_MS = 16 * HOUR_MS;

/** What an alert knows of its confirmation. */
interface Confirmable {
  confirmAt: Date | null;
  confirmedAt: Date | null;
}

/**
 * When a re-scan is to confirm what a scan raised on an alert: some hours later, if it is the flag
 * of one engine alone and the alert had no such re-scan yet; null when none is to.
 */
export function confirmationAt(
  alert: Confirmable,
  raised: readonly Pick<Raised, 'state'>[],
  now: Date,
): Date | null {
  if (alert.confirmAt !== null || alert.confirmedAt !== null) return alert.confirmAt;
  const counting = raised.filter(({ state }) => state === 'detected').length;
  return counting === 1 ? new Date(now.getTime() + CONFIRM_AFTER_MS) : null;
}

/** What is known of one flag of an alert. */
interface Flagged {
  state: DetectionState;
  liveEngineId: number | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

/**
 * Whether the flag that is to be confirmed stands, and its engine has not said it again since. A
 * scan in which the engine did not answer, or too few did to clear anything, confirms nothing.
 * @param flags the alert's, in the order they came
 */
export function isUnconfirmed(confirmAt: Date, flags: readonly Flagged[]): boolean {
  const raisedAt = new Date(confirmAt.getTime() - CONFIRM_AFTER_MS);
  const flag = flags.find(({ firstSeenAt }) => firstSeenAt >= raisedAt);
  if (flag?.liveEngineId == null || flag.state !== 'detected') return false;
  return flag.lastSeenAt <= flag.firstSeenAt;
}

/** Whether it is too late for a confirmation. */
export function isTooLate(confirmAt: Date, now: Date): boolean {
  return now.getTime() > confirmAt.getTime() + GIVE_UP_AFTER_MS;
}

import type { StringKey } from '../web/strings/string-key.js';

/** What the vendor said by hand of those who asked. */
export type DisputeAnswer = 'accepted' | 'rejected';

/**
 * How far a detection is disputed with its vendor. `closed` comes of a scan that shows the engine
 * cleared, and of nothing else.
 */
export type DisputeState = 'none' | 'reported' | DisputeAnswer | 'closed';

/** A state that people may give a dispute. */
export type DisputeStateByHand = Exclude<DisputeState, 'closed'>;

/** Every state, in the order of a dispute's life. */
export const DISPUTE_STATES: readonly DisputeState[] = [
  'none',
  'reported',
  'accepted',
  'rejected',
  'closed',
];

/** Those that people may give. */
export const DISPUTE_STATES_BY_HAND: readonly DisputeStateByHand[] = [
  'none',
  'reported',
  'accepted',
  'rejected',
];

/** A follow-up date may be so many days ahead. */
const MOST_DAYS_AHEAD = 1_830;
const DAY_MS = 86_400_000;

/**
 * The states that people may give a dispute, from each. What was recorded by mistake is taken back
 * before the vendor answered; one that is closed is begun anew where the engine flags again.
 */
const TRANSITIONS: Readonly<Record<DisputeState, readonly DisputeStateByHand[]>> = {
  none: ['reported'],
  reported: ['accepted', 'rejected', 'none'],
  accepted: ['rejected', 'reported'],
  rejected: ['accepted', 'reported'],
  closed: ['reported'],
};

/** What a dispute says that people may change. */
export interface DisputeFacts {
  state: DisputeState;
  contact: string;
  reference: string;
  /** A day in UTC, `2026-11-26`; null for none. */
  followUpOn: string | null;
}

/** A change that people ask for; what is absent stays. */
export interface DisputeChange {
  state: DisputeStateByHand;
  contact?: string;
  reference?: string;
  followUpOn?: string | null;
}

/** What is so while a change is asked for. */
export interface DisputeCircumstances {
  /** The day in UTC. */
  today: string;
  /** The detection is the one that speaks for its engine, and its engine has not cleared it. */
  isStanding: boolean;
  /** The vendor's contact, for a report that names none; empty if there is none. */
  vendorContact: string;
}

/** What is wrong with a change, by field. */
export interface DisputeComplaint {
  field: 'state' | 'contact' | 'followUpOn';
  message: StringKey;
}

/** The states that people may give a dispute next. @param isStanding see the circumstances */
export function nextDisputeStates(
  state: DisputeState,
  isStanding: boolean,
): readonly DisputeStateByHand[] {
  return TRANSITIONS[state].filter((next) => next !== 'reported' || isStanding);
}

/**
 * What a change makes of a dispute, or what is wrong with it. The state that it has is no change of
 * state: then only contact, reference and follow-up date may differ.
 */
export function disputeAfter(
  before: DisputeFacts,
  change: DisputeChange,
  { today, isStanding, vendorContact }: DisputeCircumstances,
): { after: DisputeFacts } | { complaint: DisputeComplaint } {
  const { state } = change;
  const isSame = state === before.state;
  if (!isSame && !TRANSITIONS[before.state].includes(state)) {
    return complain('state', `dispute.error.transition.${before.state}`);
  }
  if (!isSame && state === 'reported' && !isStanding) {
    return complain('state', 'dispute.error.notStanding');
  }
  // Taken back, or never begun: of nothing there is nothing to say.
  if (state === 'none') return { after: NO_DISPUTE };
  const old = before.state === 'closed' ? NO_DISPUTE : before;
  const contact = (change.contact ?? (old.contact || vendorContact)).trim();
  if (contact === '') return complain('contact', 'dispute.error.contact');
  const asked = change.followUpOn;
  // A form sends the date that it showed: nobody has chosen it again.
  const isOld = asked === undefined || asked === old.followUpOn;
  const followUpOn = !isOld ? asked : state === 'rejected' && !isSame ? null : old.followUpOn;
  if (followUpOn !== null && followUpOn !== old.followUpOn && !isAhead(followUpOn, today)) {
    return complain('followUpOn', 'dispute.error.followUpOn');
  }
  const reference = (change.reference ?? old.reference).trim();
  return { after: { state, contact, reference, followUpOn } };
}

/** What a detection says of a dispute that was never begun. */
export const NO_DISPUTE: DisputeFacts = {
  state: 'none',
  contact: '',
  reference: '',
  followUpOn: null,
};

/** Whether two say the same. */
export function isSameDispute(one: DisputeFacts, other: DisputeFacts): boolean {
  return (
    one.state === other.state &&
    one.contact === other.contact &&
    one.reference === other.reference &&
    one.followUpOn === other.followUpOn
  );
}

/** True for the text of a day that there is, such as `2026-11-26`. */
export function isDay(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** The day of a moment, in UTC. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Whole days from one day to another; below zero when the other came before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** When a vendor was asked and when it answered. */
interface Course {
  reportedAt: Date;
  answeredAt: Date | null;
}

/**
 * Of two open disputes that turn out to be with one engine, the one whose course went on later is
 * kept, as asked when the first of them was.
 */
export function mergedDisputes<T extends Course>(
  one: T,
  other: T,
): { kept: T; dropped: T; reportedAt: Date } {
  const isOneKept = lastOf(one) > lastOf(other);
  const [kept, dropped] = isOneKept ? [one, other] : [other, one];
  const reportedAt = one.reportedAt < other.reportedAt ? one.reportedAt : other.reportedAt;
  return { kept, dropped, reportedAt };
}

function lastOf({ reportedAt, answeredAt }: Course): Date {
  return answeredAt !== null && answeredAt > reportedAt ? answeredAt : reportedAt;
}

function isAhead(day: string, today: string): boolean {
  const days = daysBetween(today, day);
  return days >= 0 && days <= MOST_DAYS_AHEAD;
}

function complain(field: DisputeComplaint['field'], message: StringKey) {
  return { complaint: { field, message } };
}

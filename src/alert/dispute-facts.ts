import type { Detection } from './detection.entity.js';
import { type Dispute, NO_DAY } from './dispute.entity.js';
import { type DisputeFacts, NO_DISPUTE } from './dispute.rules.js';

/** What a dispute's row says, or what is said where there is none. */
export function disputeFacts(dispute: Dispute | null | undefined): DisputeFacts {
  if (!dispute) return NO_DISPUTE;
  const { state, contact, reference, followUpOn } = dispute;
  return { state, contact, reference, followUpOn: followUpOn === NO_DAY ? null : followUpOn };
}

/** Whether a detection speaks for its engine, which has not cleared it: its vendor can be asked. */
export function isStanding({ liveEngineId, state }: Detection): boolean {
  return liveEngineId !== null && state !== 'cleared';
}

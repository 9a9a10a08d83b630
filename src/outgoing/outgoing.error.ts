import { DomainError } from '../web/domain-error.js';
import type { en } from '../web/strings/en.js';

/** What can go wrong on the way out; each has its sentence in the language file. */
export type OutgoingReason = keyof typeof en.outgoing.error;

/**
 * Why something could not be sent or fetched, in plain words: without a stack of the library below,
 * without an address that may carry a password, and without what the other side wrote.
 */
export class OutgoingError extends DomainError {
  /** True when all of it was sent and no answer came: it may have arrived. */
  readonly isUncertain: boolean;
  /** True when the other side refused this very recipient or message, so that no later try helps. */
  readonly isFinal: boolean;

  constructor(
    readonly reason: OutgoingReason,
    /** What the sentence's placeholders stand for: a host without credentials, a number. */
    params: Record<string, string | number> = {},
    more: { isUncertain?: boolean; isFinal?: boolean } = {},
  ) {
    super('unavailable', `OUTGOING.${constantCase(reason)}`, `outgoing.error.${reason}`, {
      params,
    });
    this.isUncertain = more.isUncertain ?? false;
    this.isFinal = more.isFinal ?? false;
  }
}

function constantCase(reason: string): string {
  return reason.replace(/[A-Z]/g, '_$&').toUpperCase();
}

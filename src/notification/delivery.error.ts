import { readSentence } from '../web/kept-sentence.js';

/** Why a message did not arrive. */
export class DeliveryError extends Error {
  /** HTTP's or SMTP's number; null when there was no answer. */
  readonly status: number | null;
  /** True when no further try can help: an address that is refused, 410. */
  readonly isFinal: boolean;
  /** True when all of it was sent and no answer came: it may have arrived. */
  readonly isUncertain: boolean;
  /** How long the other side asked us to wait, ms; null when it did not. */
  readonly retryAfterMs: number | null;

  /**
   * @param reason a sentence as `keptSentence` keeps it, for people, without secrets and without what
   * the other side wrote
   */
  constructor(
    readonly reason: string,
    more: {
      status?: number | null;
      isFinal?: boolean;
      isUncertain?: boolean;
      retryAfterMs?: number | null;
    } = {},
  ) {
    super(readSentence(reason, 'en'));
    this.status = more.status ?? null;
    this.isFinal = more.isFinal ?? false;
    this.isUncertain = more.isUncertain ?? false;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

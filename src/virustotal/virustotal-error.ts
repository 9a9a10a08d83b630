/** What can go wrong with a request to VirusTotal; every failure is exactly one of these. */
export type VirusTotalErrorKind =
  /** A fault of the service or the way to it: time-out, reset, 5xx, not JSON. Worth a retry. */
  | 'unavailable'
  /** The minute's, day's or month's quota is spent; VirusTotal does not say which. */
  | 'quota_exceeded'
  /** The key is missing, wrong, not active, or may not do this. */
  | 'key_rejected'
  /** VirusTotal will not scan this URL. */
  | 'invalid_url'
  | 'not_found'
  /** JSON, but not of the documented shape. */
  | 'unexpected_shape';

/** What is known beside the kind. */
export interface VirusTotalErrorDetails {
  /** In plain words and scrubbed of the key; at most 500 characters. */
  reason: string;
  /** Too many requests, whatever VirusTotal or a server before it meant by that. */
  isRateLimit?: boolean;
  /** How long VirusTotal asked to wait, ms. */
  retryAfterMs?: number;
  /** The key is good, but may not make this very request: it says nothing of the others. */
  isForbidden?: boolean;
  /** When the request was sent, on the monotonic clock, ms. */
  sentMs?: number;
  /** At most 16 KB of an answer of an unexpected shape. */
  excerpt?: string;
}

/** The only error that the VirusTotal client throws. */
export class VirusTotalError extends Error {
  constructor(
    readonly kind: VirusTotalErrorKind,
    readonly details: VirusTotalErrorDetails,
  ) {
    super(`${kind}: ${details.reason}`);
  }

  /** The same of a request that was sent then, on the monotonic clock, ms. */
  sentAt(sentMs: number): VirusTotalError {
    return new VirusTotalError(this.kind, { ...this.details, sentMs });
  }
}

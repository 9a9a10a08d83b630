import { VirusTotalError, type VirusTotalErrorKind } from './virustotal-error.js';

/** An HTTP answer, before it is understood. */
export interface RawAnswer {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, unknown>>;
  body: string;
}

/** Error codes of VirusTotal that decide against their HTTP status (VIRUSTOTAL.md 5). */
const KIND_OF_CODE: ReadonlyMap<string, VirusTotalErrorKind> = new Map([
  ['NotAvailableYet', 'unavailable'],
  ['QuotaExceededError', 'quota_exceeded'],
  ['TooManyRequestsError', 'unavailable'],
  ['InvalidArgumentError', 'invalid_url'],
  ['BadRequestError', 'invalid_url'],
  ['AuthenticationRequiredError', 'key_rejected'],
  ['UserNotActiveError', 'key_rejected'],
  ['WrongCredentialsError', 'key_rejected'],
  ['ForbiddenError', 'key_rejected'],
  ['NotFoundError', 'not_found'],
]);

const KIND_OF_STATUS: ReadonlyMap<number, VirusTotalErrorKind> = new Map([
  [400, 'invalid_url'],
  [401, 'key_rejected'],
  [403, 'key_rejected'],
  [404, 'not_found'],
]);

const MAX_REASON = 500;

/**
 * What an answer that is no success means. Status first, JSON second: an edge server or a proxy
 * answers HTML, which says nothing of the key or the URL, and a body may not be JSON at all.
 * @param nowMs wall-clock time, for a Retry-After that is a date
 */
export function failedAnswer(answer: RawAnswer, nowMs: number): VirusTotalError {
  const error = errorIn(answer.body);
  const said = [error?.code, error?.message].filter((part) => typeof part === 'string').join(': ');
  const kind = kindOf(answer.status, error);
  return new VirusTotalError(kind, {
    reason: `HTTP ${answer.status}${said ? `, ${said}` : ''}`.slice(0, MAX_REASON).toWellFormed(),
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], nowMs),
    isRateLimit: answer.status === 429,
    isForbidden: kind === 'key_rejected' && isForbidden(answer.status, error?.code),
  });
}

function kindOf(status: number, error: ErrorBody | null): VirusTotalErrorKind {
  if (status >= 500) return 'unavailable';
  const kind = KIND_OF_CODE.get(typeof error?.code === 'string' ? error.code : '');
  if (kind) return kind;
  // The edge refuses in HTML, too, and then means too many requests all the same.
  if (status === 429) return 'quota_exceeded';
  return (error && KIND_OF_STATUS.get(status)) ?? 'unavailable';
}

/** VirusTotal knows the key and refuses it this request; its code says more than the status. */
function isForbidden(status: number, code: unknown): boolean {
  if (typeof code === 'string' && KIND_OF_CODE.has(code)) return code === 'ForbiddenError';
  return status === 403;
}

/** The two forms of Retry-After, seconds or a date; undefined for anything else. */
export function retryAfterMs(header: unknown, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  // Date.parse would read a year into -5 or 1.5, so a date must name its month.
  const at = /[a-z]/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

interface ErrorBody {
  code?: unknown;
  message?: unknown;
}

/** The member `error` of a JSON object, empty where there is none; null for any other body. */
function errorIn(body: string): ErrorBody | null {
  try {
    const json = JSON.parse(body) as { error?: unknown } | null;
    if (typeof json !== 'object' || json === null) return null;
    return typeof json.error === 'object' && json.error !== null ? json.error : {};
  } catch {
    return null;
  }
}

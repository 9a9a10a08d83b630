import { VirusTotalError, type VirusTotalErrorKind } from './virustotal-error.js';

/** An HTTP answer, before it is understood. */
export interface RawAnswer {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, unknown>>;
  body: string;
}

/** Error codes of VirusTotal that decide against their HTTP status (VIRUSTOTAL.md 5). */
const KIND_OF_CODE: Readonly<Record<string, VirusTotalErrorKind>> = {
  NotAvailableYet: 'unavailable',
  QuotaExceededError: 'quota_exceeded',
  TooManyRequestsError: 'unavailable',
  InvalidArgumentError: 'invalid_url',
  BadRequestError: 'invalid_url',
  AuthenticationRequiredError: 'key_rejected',
  UserNotActiveError: 'key_rejected',
  WrongCredentialsError: 'key_rejected',
  ForbiddenError: 'key_rejected',
  NotFoundError: 'not_found',
};

const KIND_OF_STATUS: Readonly<Record<number, VirusTotalErrorKind>> = {
  400: 'invalid_url',
  401: 'key_rejected',
  403: 'key_rejected',
  404: 'not_found',
  429: 'quota_exceeded',
};

const MAX_REASON = 500;

/**
 * What an answer that is no success means. Status first, JSON second: an edge server answers HTML,
 * and a body may not be JSON at all.
 * @param nowMs wall-clock time, for a Retry-After that is a date
 */
export function failedAnswer(answer: RawAnswer, nowMs: number): VirusTotalError {
  const { code, message } = errorIn(answer.body);
  const kind =
    (answer.status < 500 && code !== null && KIND_OF_CODE[code]) ||
    KIND_OF_STATUS[answer.status] ||
    'unavailable';
  const said = [code, message].filter((part) => part !== null).join(': ');
  return new VirusTotalError(kind, {
    reason: `HTTP ${answer.status}${said ? `, ${said}` : ''}`.slice(0, MAX_REASON),
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], nowMs),
  });
}

/** The two forms of Retry-After, seconds or a date; undefined for anything else. */
export function retryAfterMs(header: unknown, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

function errorIn(body: string): { code: string | null; message: string | null } {
  try {
    const { error } = (JSON.parse(body) ?? {}) as { error?: { code?: unknown; message?: unknown } };
    return {
      code: typeof error?.code === 'string' ? error.code : null,
      message: typeof error?.message === 'string' ? error.message : null,
    };
  } catch {
    return { code: null, message: null };
  }
}

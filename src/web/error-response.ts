import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorKind, type FieldError } from './domain-error.js';
import type { StringKey } from './strings/string-key.js';

/** The one table from kinds of error to HTTP. */
const STATUS: Record<ErrorKind, number> = {
  invalid: 422,
  malformed: 400,
  unsupported_media_type: 415,
  not_found: 404,
  conflict: 409,
  unauthenticated: 401,
  forbidden: 403,
  too_many: 429,
  unavailable: 503,
};

const TITLES: Record<number, StringKey> = {
  400: 'error.title400',
  401: 'error.title401',
  403: 'error.title403',
  404: 'error.title404',
  409: 'error.title409',
  413: 'error.title413',
  415: 'error.title415',
  422: 'error.title422',
  429: 'error.title429',
  503: 'error.title503',
};

/** An error as it is answered, in JSON or as a page. */
export interface ErrorResponse {
  status: number;
  title: StringKey;
  detail: StringKey;
  params: Record<string, string | number>;
  code: string;
  fields: readonly FieldError[];
  extra: Record<string, unknown>;
  /** For the header Retry-After, seconds. */
  retryAfterSec?: number;
  /** The page on which it can be put right; else null. */
  redirectTo: string | null;
}

/** How any thrown thing is answered; what is not known is a 500 that tells nothing. */
export function errorResponse(error: unknown): ErrorResponse {
  if (error instanceof DomainError) {
    const status = STATUS[error.kind];
    return {
      ...plain(status, error.messageKey, error.code),
      params: error.details.params ?? {},
      fields: error.details.fields ?? [],
      extra: error.details.extra ?? {},
      retryAfterSec: error.details.retryAfterSec,
      redirectTo: error.details.redirectTo ?? null,
    };
  }
  const parserError = bodyParserError(error);
  if (parserError) return parserError;
  if (error instanceof HttpException) return fromHttpException(error);
  return plain(500, 'error.unexpected', 'INTERNAL');
}

function plain(status: number, detail: StringKey, code: string): ErrorResponse {
  const title = TITLES[status] ?? 'error.title500';
  return { status, title, detail, code, params: {}, fields: [], extra: {}, redirectTo: null };
}

/** Nest's and Express' own: no such route, throttled, and so on. */
function fromHttpException(error: HttpException): ErrorResponse {
  const status = error.getStatus();
  switch (status) {
    case 400:
      return { ...plain(400, 'error.malformed', 'MALFORMED'), params: { reason: error.message } };
    case 401:
      return plain(401, 'error.unauthenticated', 'UNAUTHENTICATED');
    case 403:
      return plain(403, 'error.forbidden', 'FORBIDDEN');
    case 404:
      return plain(404, 'error.notFound', 'NOT_FOUND');
    case 413:
      return plain(413, 'error.tooLarge', 'TOO_LARGE');
    case 429:
      return plain(429, 'error.tooMany', 'TOO_MANY_REQUESTS');
    default:
      return plain(status, 'error.unexpected', 'INTERNAL');
  }
}

/** Also of who is gone before the whole body is here: a log full of that would hide what matters. */
function bodyParserError(error: unknown): ErrorResponse | null {
  const { type, message } = (error ?? {}) as { type?: unknown; message?: unknown };
  switch (type) {
    case 'entity.parse.failed':
    case 'encoding.unsupported':
    case 'charset.unsupported':
    case 'request.aborted':
    case 'request.size.invalid':
      return {
        ...plain(400, 'error.malformed', 'MALFORMED'),
        params: { reason: String(message) },
      };
    case 'entity.too.large':
    case 'parameters.too.many':
      return plain(413, 'error.tooLarge', 'TOO_LARGE');
    default:
      return null;
  }
}

import type { StringKey } from './strings/string-key.js';

/** How a domain error is answered; `web/error-response.ts` holds the one table of HTTP statuses. */
export type ErrorKind =
  | 'invalid'
  | 'malformed'
  | 'unsupported_media_type'
  | 'not_found'
  | 'conflict'
  | 'unauthenticated'
  | 'forbidden'
  | 'too_many'
  | 'unavailable';

/** What is wrong with one field of a body or form. */
export interface FieldError {
  /** The name of the JSON or form field. */
  field: string;
  /** A key of the language file. */
  message: StringKey;
  /** What the message's placeholders stand for. */
  params?: Record<string, string | number>;
}

/** What an error carries beyond its code. */
export interface DomainErrorDetails {
  params?: Record<string, string | number>;
  fields?: readonly FieldError[];
  /** Further members of the problem+json answer, such as the id of what is in the way. */
  extra?: Record<string, unknown>;
  /** Seconds until it may be tried again, for the header Retry-After. */
  retryAfterSec?: number;
  /** The page on which it can be put right: a path of ours. */
  redirectTo?: string;
}

/**
 * Something that a caller did wrong, or cannot have. Services throw subclasses of it and know
 * nothing of HTTP. `code` is stable: callers may decide on it.
 */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    /** A key of the language file. */
    readonly messageKey: StringKey,
    readonly details: DomainErrorDetails = {},
  ) {
    super(messageKey);
  }
}

/** A body or form whose fields are not what they must be; each field says what it takes. */
export class ValidationFailed extends DomainError {
  constructor(fields: readonly FieldError[]) {
    super('invalid', 'VALIDATION_FAILED', 'error.validation', { fields });
  }
}

/** A body that is not JSON; taken for none, it could ask for more than its sender meant. */
export class UnsupportedMediaTypeError extends DomainError {
  constructor() {
    super('unsupported_media_type', 'UNSUPPORTED_MEDIA_TYPE', 'error.unsupportedMediaType');
  }
}

/** A body that is JSON, but no object with fields. */
export class NotAnObjectError extends DomainError {
  constructor() {
    super('invalid', 'NOT_AN_OBJECT', 'error.notAnObject');
  }
}

/** There is no such thing, or its id is of no form that Oju gives out. */
export class NotFoundError extends DomainError {
  constructor() {
    super('not_found', 'NOT_FOUND', 'error.notFound');
  }
}

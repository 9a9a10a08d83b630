import { DomainError } from '../web/domain-error.js';
import type { Role, Scope } from './rights.js';

/** Nobody is known to have asked: a JSON route answers 401, a page sends to the sign-in form. */
export class UnauthenticatedError extends DomainError {
  constructor() {
    super('unauthenticated', 'UNAUTHENTICATED', 'error.unauthenticated');
  }
}

/**
 * Somebody filled in a form, but is signed in no more: whoever it is signs in, and gets it back with
 * what was typed.
 */
export class SignedOutError extends DomainError {
  constructor() {
    super('unauthenticated', 'SIGNED_OUT', 'error.unauthenticated');
  }
}

/** The API token is a real one, but its time is over. */
export class TokenExpiredError extends DomainError {
  constructor(expiredAt: Date) {
    super('unauthenticated', 'TOKEN_EXPIRED', 'token.error.expired', {
      params: { at: expiredAt.toISOString() },
    });
  }
}

/** The API token is a real one, but an admin revoked it. */
export class TokenRevokedError extends DomainError {
  constructor(revokedAt: Date) {
    super('unauthenticated', 'TOKEN_REVOKED', 'token.error.revoked', {
      params: { at: revokedAt.toISOString() },
    });
  }
}

/** Nobody may use the route at all. */
export class ForbiddenError extends DomainError {
  constructor() {
    super('forbidden', 'FORBIDDEN', 'error.forbidden');
  }
}

/** The user's role is too low. */
export class ForbiddenRoleError extends DomainError {
  /** @param role the user's own, in words */
  constructor(needed: Exclude<Role, 'viewer'>, role: string) {
    super('forbidden', 'FORBIDDEN', `error.forbiddenRole.${needed}`, { params: { role } });
  }
}

/** The API token's scope is too low. */
export class ForbiddenScopeError extends DomainError {
  constructor(needed: Scope) {
    super('forbidden', 'FORBIDDEN_SCOPE', 'error.forbiddenScope', { params: { scope: needed } });
  }
}

/** Sign-in refused. It never tells whether the mail address or the password was wrong. */
export class WrongCredentialsError extends DomainError {
  constructor() {
    super('invalid', 'ACCESS.WRONG_CREDENTIALS', 'access.error.credentials');
  }
}

/** There is a user with this mail address already. */
export class EmailTakenError extends DomainError {
  constructor() {
    super('conflict', 'ACCESS.EMAIL_TAKEN', 'access.error.emailTaken', {
      fields: [{ field: 'email', message: 'access.error.emailTaken' }],
    });
  }
}

/** There is no user with this mail address. */
export class UnknownUserError extends DomainError {
  constructor() {
    super('not_found', 'ACCESS.UNKNOWN_USER', 'access.error.unknownUser');
  }
}

/** The first admin was made already, here or by another instance. */
export class AlreadySetUpError extends DomainError {
  constructor() {
    super('not_found', 'ACCESS.ALREADY_SET_UP', 'error.notFound');
  }
}

/** `/setup` was opened without the token of the link in the log. */
export class WrongSetupLinkError extends DomainError {
  constructor() {
    super('forbidden', 'ACCESS.WRONG_SETUP_LINK', 'access.error.setupLink');
  }
}

/** Too many passwords were tried, from this address or for this account; the same is said of both. */
export class TooManyTriesError extends DomainError {
  /** @param retryAfterSec whole seconds until the next try */
  constructor(retryAfterSec: number) {
    super('too_many', 'TOO_MANY_REQUESTS', 'access.error.tooManyTries', {
      params: { count: Math.ceil(retryAfterSec / 60) },
      retryAfterSec,
    });
  }
}

/** An API token was used more often than its limit allows. */
export class TooManyCallsError extends DomainError {
  /** @param retryAfterSec whole seconds until the next call */
  constructor(retryAfterSec: number) {
    super('too_many', 'TOO_MANY_REQUESTS', 'token.error.tooMany', {
      params: { count: retryAfterSec },
      retryAfterSec,
    });
  }
}

/** The Idempotency-Key was used for another address or body. */
export class KeyOfAnotherRequestError extends DomainError {
  constructor() {
    super('invalid', 'IDEMPOTENCY.OTHER_REQUEST', 'error.idempotencyOther');
  }
}

/** The first request with the Idempotency-Key is still being handled. */
export class AnswerUnderWayError extends DomainError {
  constructor() {
    super('conflict', 'IDEMPOTENCY.UNDER_WAY', 'error.idempotencyUnderWay', { retryAfterSec: 1 });
  }
}

/** The first request with the Idempotency-Key was handled, but its answer was too long to keep. */
export class AnswerNotKeptError extends DomainError {
  constructor() {
    super('conflict', 'IDEMPOTENCY.NOT_KEPT', 'error.idempotencyNotKept');
  }
}

/** A link that was used, withdrawn, replaced, or is too old; or that never was one. */
export class LinkGoneError extends DomainError {
  constructor() {
    super('not_found', 'ACCESS.LINK_GONE', 'access.error.linkGone');
  }
}

/** Without an active admin nobody could make one. */
export class LastAdminError extends DomainError {
  constructor() {
    super('conflict', 'ACCESS.LAST_ADMIN', 'access.error.lastAdmin');
  }
}

/** A user who is not active has to be let in again first. */
export class UserInactiveError extends DomainError {
  constructor() {
    super('conflict', 'ACCESS.USER_INACTIVE', 'access.error.userInactive');
  }
}

/** Whoever signs in through a provider has no password here to change. */
export class NoPasswordError extends DomainError {
  constructor() {
    super('conflict', 'ACCESS.NO_PASSWORD', 'access.error.noPassword');
  }
}

/** A link would give a password to a user who signs in through a provider. */
export class UserWithoutPasswordError extends DomainError {
  constructor() {
    super('conflict', 'ACCESS.USER_WITHOUT_PASSWORD', 'access.error.userWithoutPassword');
  }
}

/** The present password was not the right one. */
export class WrongPasswordError extends DomainError {
  constructor() {
    super('invalid', 'ACCESS.WRONG_PASSWORD', 'access.error.presentPassword', {
      fields: [{ field: 'presentPassword', message: 'access.error.presentPassword' }],
    });
  }
}

/** Neither the code of this half minute, nor a recovery code; or one that was used. */
export class WrongCodeError extends DomainError {
  constructor() {
    super('invalid', 'ACCESS.WRONG_CODE', 'access.error.code', {
      fields: [{ field: 'code', message: 'access.error.code' }],
    });
  }
}

/** An admin asks for a second factor of everybody: it cannot be taken away. */
export class SecondFactorNeededError extends DomainError {
  constructor() {
    super('conflict', 'ACCESS.SECOND_FACTOR_NEEDED', 'access.error.secondFactorNeeded');
  }
}

/**
 * Whoever is signed in has to set up the second factor before anything else.
 * @param isForm whether it was a form that may be shown again
 */
export class SecondFactorMissingError extends DomainError {
  constructor(readonly isForm = false) {
    super('forbidden', 'ACCESS.SECOND_FACTOR_MISSING', 'access.error.secondFactorMissing', {
      redirectTo: '/profile/second-factor',
    });
  }
}

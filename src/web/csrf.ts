import { csrfSync } from 'csrf-sync';
import type { NextFunction, Request, Response } from 'express';
import { masked, unmasked } from './csrf-mask.js';
import { ForgedRequestError } from './origin-guard.js';

const { generateToken, isRequestValid } = csrfSync({
  size: 32,
  getTokenFromRequest: (request) => {
    const body = (request.body ?? {}) as Record<string, unknown>;
    return typeof body._csrf === 'string' ? unmasked(body._csrf) : undefined;
  },
});

/**
 * Pages whose form sends a file: its token is in a body that only the handler reads, which calls
 * {@link checkCsrf} first. That another site sent it the origin guard has refused already.
 */
const UPLOADS = new Set(['/vendor/import', '/platforms/import', '/platforms/paste']);

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses a posted form whose hidden field `_csrf` is not the session's token. */
export function csrfProtection(request: Request, _response: Response, next: NextFunction): void {
  const isLater = UPLOADS.has(request.path) && request.is('multipart/form-data') !== false;
  if (SAFE_METHODS.has(request.method) || isLater || isRequestValid(request)) next();
  else next(new ForgedRequestError());
}

/** The same for a form with a file, once its body was read. @throws ForgedRequestError */
export function checkCsrf(request: Request): void {
  if (!isRequestValid(request)) throw new ForgedRequestError();
}

/** The session's token, masked; made, and the session with it, when a form first needs it. */
export function csrfToken(request: Request): string {
  return masked(generateToken(request));
}

import { csrfSync } from 'csrf-sync';
import type { NextFunction, Request, Response } from 'express';
import { ForgedRequestError } from './origin-guard.js';

const { generateToken, isRequestValid } = csrfSync({
  getTokenFromRequest: (request) => {
    const body = (request.body ?? {}) as Record<string, unknown>;
    return typeof body._csrf === 'string' ? body._csrf : undefined;
  },
});

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses a posted form whose hidden field `_csrf` is not the session's token. */
export function csrfProtection(request: Request, _response: Response, next: NextFunction): void {
  if (SAFE_METHODS.has(request.method) || isRequestValid(request)) next();
  else next(new ForgedRequestError());
}

/** The session's token; made, and the session with it, when a form first needs it. */
export function csrfToken(request: Request): string {
  return generateToken(request);
}

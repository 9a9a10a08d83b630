import { csrfSync } from 'csrf-sync';
import type { NextFunction, Request, Response } from 'express';
import { masked, unmasked } from './csrf-mask.js';
import { StaleFormError } from './stale-form.error.js';

const { generateToken, isRequestValid } = csrfSync({
  size: 32,
  getTokenFromRequest: (request) => {
    // Of a form with a file the handler reads the body, long after this file's middleware.
    const token = request.formControls?._csrf ?? (request.body as Fields | undefined)?._csrf;
    return typeof token === 'string' ? unmasked(token) : undefined;
  },
});

type Fields = Record<string, unknown>;

/** What a form of ours sends beside its fields. */
const CONTROL_NAMES = ['_csrf', '_once', '_held'] as const;
const CONTROLS: ReadonlySet<string> = new Set(CONTROL_NAMES);

/**
 * Pages whose form sends a file: its token is in a body that only the handler reads, which calls
 * {@link checkCsrf} first. That another site sent it the origin guard has refused already.
 */
const UPLOADS = new Set(['/vendor/import', '/platforms/import', '/platforms/paste']);

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Middleware: takes from a posted form what is no field of it, and looks whether its `_csrf` is the
 * session's token. What becomes of one whose token is another the access guard decides: it refuses
 * every such request, but for forms that can be shown again, which {@link refuseStale} then stops.
 */
export function csrfProtection(request: Request, _response: Response, next: NextFunction): void {
  takeControls(request);
  if (!SAFE_METHODS.has(request.method)) {
    const isLater = UPLOADS.has(request.path) && request.is('multipart/form-data') !== false;
    request.formToken = isLater ? 'later' : isRequestValid(request) ? 'good' : 'stale';
  }
  next();
}

/** The same for a form with a file, once its body was read. @throws StaleFormError */
export function checkCsrf(request: Request): void {
  if (!isRequestValid(request)) throw new StaleFormError(request);
}

/** To be called before a form's work is done. @throws StaleFormError */
export function refuseStale(request: Request): void {
  if (request.formToken !== 'good' && request.formToken !== 'later') {
    throw new StaleFormError(request);
  }
}

/** The session's token, masked; made, and the session with it, when a form first needs it. */
export function csrfToken(request: Request): string {
  return masked(generateToken(request));
}

function takeControls(request: Request): void {
  request.formControls = {};
  const body = request.body as Fields | undefined;
  if (body === undefined) return;
  for (const name of CONTROL_NAMES) {
    const value = body[name];
    if (typeof value === 'string') request.formControls[name] = value;
  }
  const fields = Object.entries(body).filter(([name]) => !CONTROLS.has(name));
  request.body = Object.fromEntries(fields);
}

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { DomainError } from './domain-error.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Thrown when a form was posted from another site, or without its token. */
export class ForgedRequestError extends DomainError {
  constructor() {
    super('forbidden', 'FORGED_REQUEST', 'error.csrf');
  }
}

/**
 * Refuses a state-changing request that a browser says comes from another site. Browsers send
 * Sec-Fetch-Site; older ones at least Origin, which must then be this address.
 * @param baseUrl the address that admins set; without one the Host header is compared
 */
export function originGuard(baseUrl: string | null): RequestHandler {
  const own = baseUrl ? new URL(baseUrl) : null;
  return (request: Request, _response: Response, next: NextFunction) => {
    if (SAFE_METHODS.has(request.method) || comesFromHere(request, own)) next();
    else next(new ForgedRequestError());
  };
}

function comesFromHere(request: Request, own: URL | null): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('origin');
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  // Without a set address nobody knows whether a proxy in front speaks TLS.
  return own ? from.origin === own.origin : from.host === request.get('host');
}

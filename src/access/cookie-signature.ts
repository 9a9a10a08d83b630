import type { Request, Response } from 'express';
import { createHmac } from 'node:crypto';

/** The session's cookie, as express-session sets it. */
export interface SessionCookie {
  name: string;
  options: { path: string; httpOnly: true; sameSite: 'lax'; secure: boolean };
  /** The first signs, all verify. */
  keys: readonly string[];
}

/**
 * express-session signs a cookie once, when it begins a session. One that a former key signed gets
 * the first key's signature here, so that after a change of keys the former one may leave
 * OJU_SECRET without anybody being signed out.
 */
export function signAnew(
  request: Request,
  response: Response,
  { name, options, keys }: SessionCookie,
): void {
  const [first] = keys;
  if (first === undefined || keys.length < 2 || request.session.userId === undefined) return;
  const signed = `s:${request.sessionID}.${signature(request.sessionID, first)}`;
  const given = cookieOf(request, name);
  // Another id was given, or none: then the session is new, and so is its cookie.
  if (!given?.startsWith(`s:${request.sessionID}.`) || given === signed) return;
  response.cookie(name, signed, options);
}

/** As express-session's own package `cookie-signature` makes it. */
function signature(id: string, key: string): string {
  return createHmac('sha256', key).update(id).digest('base64').replace(/=+$/, '');
}

function cookieOf(request: Request, name: string): string | undefined {
  const given = new RegExp(`(?:^|;\\s*)${name}=([^;]*)`).exec(request.get('cookie') ?? '')?.[1];
  try {
    return given === undefined ? undefined : decodeURIComponent(given);
  } catch {
    return undefined;
  }
}

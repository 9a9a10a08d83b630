import type { Request } from 'express';
import type { User } from './user.entity.js';

const LONGEST_USER_AGENT = 300;
/** How long a sign-in may wait for its second factor, ms. */
const WAIT_MS = 10 * 60_000;
/** After so many wrong codes the password is asked for again. */
const MOST_CODES = 5;

/**
 * Makes the browser's session the user's, under a new id, so that a planted one is worth nothing.
 * @param how vouched for by a provider, which asks for a second factor itself if anybody does
 */
export async function startSession(
  request: Request,
  user: User,
  { isVouchedFor = false } = {},
): Promise<void> {
  await newSession(request);
  request.session.userId = user.id;
  if (isVouchedFor) request.session.isVouchedFor = true;
  request.session.device = {
    userAgent: (request.get('user-agent') ?? '').slice(0, LONGEST_USER_AGENT),
    address: request.ip ?? '',
  };
  identify(request, user);
}

/** The password was right: the session waits for the second factor, and is nobody's until then. */
export async function awaitSecondFactor(request: Request, user: User, now: Date): Promise<void> {
  const { returnTo } = request.session;
  await newSession(request);
  request.session.returnTo = returnTo;
  request.session.waitsFor = { userId: user.id, untilMs: now.getTime() + WAIT_MS, tries: 0 };
}

/** The id of the user whose second factor the session waits for, or null. */
export function waitsForUser(request: Request, now: Date): number | null {
  const { waitsFor } = request.session;
  if (!waitsFor || waitsFor.untilMs <= now.getTime()) return null;
  return waitsFor.userId;
}

/** Counts a wrong code. @returns false when there were too many: the sign-in begins anew */
export function mayTryAgain(request: Request): boolean {
  const { waitsFor } = request.session;
  if (!waitsFor) return false;
  waitsFor.tries += 1;
  if (waitsFor.tries < MOST_CODES) return true;
  delete request.session.waitsFor;
  return false;
}

/** Ends the browser's session, here and in the table, and begins an anonymous one. */
export async function endSession(request: Request): Promise<void> {
  delete request.actor;
  delete request.profile;
  await newSession(request);
}

/** Lets everything that handles the request know who made it. */
export function identify(request: Request, user: User): void {
  const { id, email, role, language, timeZone } = user;
  request.actor = { kind: 'user', id, email, role };
  request.profile = { language, timeZone };
}

function newSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.regenerate((error: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
}

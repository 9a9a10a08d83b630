import type { Request } from 'express';
import type { User } from './user.entity.js';

/** Makes the browser's session the user's, under a new id, so that a planted one is worth nothing. */
export async function startSession(request: Request, user: User): Promise<void> {
  await newSession(request);
  request.session.userId = user.id;
  identify(request, user);
}

/** Ends the browser's session, here and in the table, and begins an anonymous one. */
export async function endSession(request: Request): Promise<void> {
  delete request.actor;
  await newSession(request);
}

/** Lets everything that handles the request know who made it. */
export function identify(request: Request, { id, email, role }: User): void {
  request.actor = { kind: 'user', id, email, role };
}

function newSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.regenerate((error: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
}

import 'express-session';
import type { Request } from 'express';
import { tokenActor } from './token-actor.js';
import type { Language } from './language.js';

/** Who makes a request; set by the access guard. */
type Actor =
  | {
      kind: 'user';
      id: number;
      email: string;
      role: 'viewer' | 'analyst' | 'admin';
      /** Nothing else is shown before the second factor is set up. */
      lacksSecondFactor?: boolean;
    }
  | { kind: 'token'; id: number; name: string; scope: 'read' | 'write' | 'admin' };

/** A message for the next page that this browser opens. */
export interface Flash {
  kind: 'success' | 'error' | 'warning';
  text: string;
  /** Where to go on from here, if anywhere. */
  link?: { href: string; text: string };
}

declare module 'express-session' {
  interface SessionData {
    userId?: number;
    /** A provider signed the user in: a second factor is its business. */
    isVouchedFor?: true;
    flash?: Flash[];
    /** Where a user signed in, for the list of sessions. */
    device?: { userAgent: string; address: string };
    /** The password was right; whose second factor is asked for, until when, after how many tries. */
    waitsFor?: { userId: number; untilMs: number; tries: number };
    /** Where to go after signing in: a path of ours. */
    returnTo?: string;
    /** An API token that was just made, encrypted; the next look at the list shows it and ends it. */
    madeToken?: string;
  }
}

declare module 'express-serve-static-core' {
  interface Request {
    /** In the log, the error page and the header X-Request-Id. */
    requestId: string;
    actor?: Actor;
    /** What the user who is signed in chose; null is the browser's language, and UTC. */
    profile?: { language: Language | null; timeZone: string | null };
    /** What a posted form sent beside its fields. */
    formControls?: { _csrf?: string; _once?: string; _held?: string };
    /** Whether a posted form has its session's token; of one with a file that is known later. */
    formToken?: 'good' | 'stale' | 'later';
  }
}

/** The name that an alert's timeline and a scan show for whoever made the request. */
export function actorName(request: Request): string {
  const actor = request.actor;
  if (!actor) throw new Error('This route is open to everyone: nobody is known to have asked');
  return actor.kind === 'user' ? actor.email : tokenActor(actor.name);
}

/** True for the routes that read a body of any size themselves, piece by piece: CSV or JSON. */
export function readsItsBody(request: Request): boolean {
  return request.method === 'POST' && /^\/api\/v1\/(vendors|platforms)\/import$/.test(request.path);
}

/** True for the routes that answer JSON alone, errors included, in any case as the router has it. */
export function isJsonRoute(request: Request): boolean {
  return /^\/(api|health)(\/|$)/i.test(request.path);
}

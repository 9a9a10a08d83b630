import type { NextFunction, Request, Response } from 'express';
import { AsyncLocalStorage } from 'node:async_hooks';

/** `anonymous` is a request of nobody known, such as one to sign in; `system` is Oju by itself. */
export type ActorKind = 'user' | 'token' | 'cli' | 'system' | 'anonymous';

/** Who does something, and from where. */
export interface Actor {
  kind: ActorKind;
  /** Of the user or API token. */
  id: number | null;
  /** The mail address, or the token's name. */
  name: string;
  /** The IP address that the request came from. */
  address: string | null;
}

/** Asked when it is needed: the guard comes to know who made a request after the context began. */
const actors = new AsyncLocalStorage<() => Actor>();

/** Who the code at hand works for: whoever made the request, the command, or else the system. */
export function currentActor(): Actor {
  return actors.getStore()?.() ?? { kind: 'system', id: null, name: 'system', address: null };
}

/** Does `work` as the `oju` command. */
export function asCommand<T>(work: () => Promise<T>): Promise<T> {
  return actors.run(() => ({ kind: 'cli', id: null, name: 'cli', address: null }), work);
}

/** Middleware: what comes after it works for whoever made the request. */
export function actorOfRequest(request: Request, _response: Response, next: NextFunction): void {
  actors.run(() => requestActor(request), next);
}

function requestActor(request: Request): Actor {
  const { actor } = request;
  // A socket for both families shows IPv4 addresses as IPv6 ones.
  const address = request.ip?.replace(/^::ffff:(?=\d+\.)/i, '') ?? null;
  if (!actor) return { kind: 'anonymous', id: null, name: '', address };
  const name = actor.kind === 'user' ? actor.email : actor.name;
  return { kind: actor.kind, id: actor.id, name, address };
}

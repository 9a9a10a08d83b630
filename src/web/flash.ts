import type { Request } from 'express';
import type { Flash } from './request.js';
import { translator } from './translator.js';

/** Leaves a message for the next page that this browser opens. */
export function addFlash(
  request: Request,
  kind: Flash['kind'],
  text: string,
  link?: Flash['link'],
): void {
  request.session.flash = [...(request.session.flash ?? []), { kind, text, link }];
}

/** Takes the messages that wait for this browser; they are shown once. */
export function takeFlashes(request: Request): Flash[] {
  // Routes without a session (JSON, static files) have none to show.
  const session = request.session as Request['session'] | undefined;
  const waiting = session?.flash;
  if (!waiting) return [];
  delete session.flash;
  return waiting;
}

/** What a message ends with where something was done for the first time: the way to what is next. */
export function toNextStep(): Flash['link'] {
  return { href: '/', text: translator()('status.steps.goOn') };
}

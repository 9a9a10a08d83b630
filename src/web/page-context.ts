import type { NextFunction, Request, Response } from 'express';
import { csrfToken } from './csrf.js';
import { takeFlashes } from './flash.js';
import { menuOf, sectionOf } from './menu.rules.js';
import { themeOf } from './theme.js';

/** Makes a token and flash messages at hand for every view, lazily: most pages need neither. */
export function pageContext(request: Request, response: Response, next: NextFunction): void {
  // One mask a page: what stands in its forms again and again compresses.
  let token: string | undefined;
  Object.defineProperties(response.locals, {
    // Express reads every local at each render; a function is called by the view that needs it.
    csrfToken: { enumerable: true, value: () => (token ??= csrfToken(request)) },
    flashes: { enumerable: true, get: () => takeFlashes(request) },
    actor: { enumerable: true, get: () => request.actor },
    path: { enumerable: true, value: request.path },
    address: { enumerable: true, value: request.originalUrl },
    theme: { enumerable: true, get: () => themeOf(request) },
    menu: { enumerable: true, value: () => menuOf(request.path, isAdmin(request)) },
    section: { enumerable: true, value: () => sectionOf(request.path) },
  });
  next();
}

function isAdmin({ actor }: Request): boolean {
  return actor?.kind === 'user' && actor.role === 'admin';
}

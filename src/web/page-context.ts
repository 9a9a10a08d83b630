import type { NextFunction, Request, Response } from 'express';
import { randomBytes } from 'node:crypto';
import { csrfToken } from './csrf.js';
import { takeFlashes } from './flash.js';
import { menuOf, sectionOf } from './menu.rules.js';
import { themeOf } from './theme.js';

/**
 * Makes a token and flash messages at hand for every view, lazily: most pages need neither. A page is
 * asked for anew each time, but for the button that goes back: that shows it as it was, and forms as
 * they were filled in.
 */
export function pageContext(request: Request, response: Response, next: NextFunction): void {
  if (!response.hasHeader('Cache-Control')) {
    response.setHeader('Cache-Control', 'private, no-cache');
  }
  // One mask a page: what stands in its forms again and again compresses.
  let token: string | undefined;
  let key: string | undefined;
  Object.defineProperties(response.locals, {
    // Express reads every local at each render; a function is called by the view that needs it.
    csrfToken: { enumerable: true, value: () => (token ??= csrfToken(request)) },
    // One for all forms of a page: they differ by what they send.
    formKey: { enumerable: true, value: () => (key ??= randomBytes(12).toString('hex')) },
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

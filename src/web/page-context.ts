import type { NextFunction, Request, Response } from 'express';
import { csrfToken } from './csrf.js';
import { takeFlashes } from './flash.js';

/** Makes a token and flash messages at hand for every view, lazily: most pages need neither. */
export function pageContext(request: Request, response: Response, next: NextFunction): void {
  Object.defineProperties(response.locals, {
    // Express reads every local at each render; a function is called by the view that needs it.
    csrfToken: { enumerable: true, value: () => csrfToken(request) },
    flashes: { enumerable: true, get: () => takeFlashes(request) },
    actor: { enumerable: true, get: () => request.actor },
    path: { enumerable: true, value: request.path },
  });
  next();
}

import type { INestApplication } from '@nestjs/common';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import { AppConfig } from '../config/app-config.js';
import { SecretBox } from '../config/secret-box.js';
import { type SessionCookie, signAnew } from './cookie-signature.js';
import { AccessSettingsService } from './access-settings.service.js';
import { DatabaseSessionStore } from './session.store.js';
import { endSession, identify } from './sign-in.js';
import { UserService } from './user.service.js';

/**
 * Gives every page's request its session, and, when someone is signed in, `request.actor`: error
 * pages, which no guard sees, need it for the menu as well. The session of a user who is gone or
 * inactive is ended.
 */
export function sessionMiddleware(app: INestApplication): RequestHandler {
  const isHttps = app.get(AppConfig).baseUrl.startsWith('https:');
  const users = app.get(UserService);
  const settings = app.get(AccessSettingsService);
  const cookie: SessionCookie = {
    name: 'oju',
    options: { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps },
    keys: app.get(SecretBox).signingKeys,
  };
  const withSession = session({
    name: cookie.name,
    store: app.get(DatabaseSessionStore),
    secret: [...cookie.keys],
    saveUninitialized: false,
    resave: false,
    rolling: false,
    // express-session sends no secure cookie over what it takes for plain http. Who forges
    // X-Forwarded-Proto only gets a cookie that a browser will not send back over plain http.
    proxy: isHttps ? true : undefined,
    cookie: cookie.options,
  });
  return (request, response, next) => {
    redirectOnceStored(response);
    withSession(request, response, (error?: unknown) => {
      if (error) next(error);
      else
        findActor(request, users, settings).then(() => {
          signAnew(request, response, cookie);
          next();
        }, next);
    });
  };
}

async function findActor(
  request: Request,
  users: UserService,
  settings: AccessSettingsService,
): Promise<void> {
  const { userId, isVouchedFor = false } = request.session;
  if (userId === undefined) return;
  const user = await users.findActive(userId);
  if (!user) {
    await endSession(request);
    return;
  }
  identify(request, user);
  if (user.totpEnabledAt === null && !isVouchedFor && request.actor?.kind === 'user') {
    request.actor.lacksSecondFactor = await settings.isSecondFactorRequired();
  }
}

/**
 * express-session sends a response but for its last byte, then stores the session. Browsers follow
 * a redirect at its headers, and could come back before that: one without a body is held back.
 */
function redirectOnceStored(response: Response): void {
  response.redirect = (...args: [string] | [number, string]) => {
    const [status, to] = args.length === 2 ? args : [302, args[0]];
    response.status(status).location(to).end();
  };
}

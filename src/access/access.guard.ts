import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import type { Request } from 'express';
import {
  ForbiddenError,
  ForbiddenRoleError,
  ForbiddenScopeError,
  SecondFactorMissingError,
  SignedOutError,
  UnauthenticatedError,
} from './access.errors.js';
import { bearerToken } from './access.rules.js';
import { ApiTokenService } from './api-token.service.js';
import { addFlash } from '../web/flash.js';
import { localPath, refererPath } from '../web/local-path.rules.js';
import { ForgedRequestError } from '../web/origin-guard.js';
import { isJsonRoute } from '../web/request.js';
import { translator } from '../web/translator.js';
import { type Right, RIGHTS, type Role, roleCovers, type Scope, scopeCovers } from './rights.js';

const t = translator();

const SETS_UP_SECOND_FACTOR = /^(GET|POST) \/profile\/second-factor(\/|$)/;

/**
 * Lets a request through to the route that it asks for when the rights table says so, and refuses
 * every route that the table does not have.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger('Access');

  constructor(private readonly tokens: ApiTokenService) {}

  /**
   * @throws UnauthenticatedError when nobody is known to have asked, SignedOutError with a form
   * @throws ForgedRequestError when a form has not its session's token, and cannot be shown again
   * @throws TokenExpiredError, TokenRevokedError for a token that was good once
   * @throws ForbiddenError, ForbiddenRoleError, ForbiddenScopeError when whoever asked may not
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const route = routeOf(request);
    const right: Right | undefined = Object.hasOwn(RIGHTS, route) ? RIGHTS[route] : undefined;
    if (!right) {
      this.logger.error(`Refused ${route}: it has no entry in the rights table`);
      throw new ForbiddenError();
    }
    switch (right.kind) {
      case 'public':
        checkForm(request, right.isForm);
        return true;
      case 'page':
        this.checkSession(request, right.role, route, right.isForm);
        checkForm(request, right.isForm);
        return true;
      case 'api':
        await this.checkToken(request, right.scope);
        return true;
      case 'either':
        if (request.get('authorization') === undefined)
          this.checkSession(request, right.role, route);
        else await this.checkToken(request, right.scope);
        return true;
    }
  }

  private checkSession(request: Request, needed: Role, route: string, isForm = false): void {
    const { actor } = request;
    if (actor?.kind !== 'user') {
      if (isForm) throw new SignedOutError();
      rememberWhere(request);
      throw new UnauthenticatedError();
    }
    if (actor.lacksSecondFactor && !SETS_UP_SECOND_FACTOR.test(route)) {
      throw new SecondFactorMissingError(isForm);
    }
    if (needed !== 'viewer' && !roleCovers(actor.role, needed)) {
      throw new ForbiddenRoleError(needed, t(`access.role.${actor.role}`));
    }
  }

  private async checkToken(request: Request, needed: Scope): Promise<void> {
    const token = bearerToken(request.get('authorization'));
    if (token === null) throw new UnauthenticatedError();
    const { id, name, scope } = await this.tokens.verify(token);
    request.actor = { kind: 'token', id, name, scope };
    if (!scopeCovers(scope, needed)) throw new ForbiddenScopeError(needed);
  }
}

/** The route as the rights table names it. */
function routeOf(request: Request): string {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return `${request.method === 'HEAD' ? 'GET' : request.method} ${String(path)}`;
}

/**
 * Lets no form through that has not its session's token, but for those whose route shows them again
 * instead of doing what they ask for.
 */
function checkForm(request: Request, isForm = false): void {
  const { method, formToken, actor } = request;
  if (method === 'GET' || method === 'HEAD' || formToken === 'good') return;
  if (isForm && formToken !== undefined) return;
  // Pressed on a page from before the session ended, such as the button that signs out.
  if (actor === undefined) throw new UnauthenticatedError();
  throw new ForgedRequestError();
}

/**
 * Where somebody wanted to go, or pressed a button. Not for the dashboard, where one gets anyway:
 * whoever knocks there needs no session stored.
 */
function rememberWhere(request: Request): void {
  if (isJsonRoute(request)) return;
  const isRead = request.method === 'GET';
  const path = isRead ? localPath(request.originalUrl) : refererPath(request.headers);
  if (path !== null && path !== '/') request.session.returnTo = path;
  if (!isRead && path !== null) addFlash(request, 'warning', t('access.signedOutMeanwhile'));
}

import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import type { Request } from 'express';
import {
  ForbiddenError,
  ForbiddenScopeError,
  SecondFactorMissingError,
  UnauthenticatedError,
} from './access.errors.js';
import { bearerToken, localPath } from './access.rules.js';
import { ApiTokenService } from './api-token.service.js';
import { isJsonRoute } from '../web/request.js';
import { type Right, RIGHTS, type Role, roleCovers, type Scope, scopeCovers } from './rights.js';

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
   * @throws UnauthenticatedError when nobody is known to have asked
   * @throws TokenExpiredError, TokenRevokedError for a token that was good once
   * @throws ForbiddenError, ForbiddenScopeError when whoever asked may not
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
        return true;
      case 'page':
        this.checkSession(request, right.role, route);
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

  private checkSession(request: Request, needed: Role, route: string): void {
    const { actor } = request;
    if (actor?.kind !== 'user') {
      rememberWhere(request);
      throw new UnauthenticatedError();
    }
    if (actor.lacksSecondFactor && !SETS_UP_SECOND_FACTOR.test(route)) {
      throw new SecondFactorMissingError();
    }
    if (!roleCovers(actor.role, needed)) throw new ForbiddenError();
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

/** Not for the dashboard, where one gets anyway: whoever knocks there needs no session stored. */
function rememberWhere(request: Request): void {
  const path = request.method === 'GET' ? localPath(request.originalUrl) : null;
  const isPage = !isJsonRoute(request);
  if (path !== null && path !== '/' && isPage) request.session.returnTo = path;
}

import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { UnsupportedMediaTypeError } from './domain-error.js';
import { isJsonRoute, readsItsBody } from './request.js';

/**
 * Refuses a body of another type on JSON routes. It comes after the access guard: who may not use a
 * route learns nothing of what it takes.
 */
export class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    // A body of no bytes is none, whatever it says that it is.
    const isEmpty = request.get('content-length') === '0';
    if (
      isJsonRoute(request) &&
      !readsItsBody(request) &&
      !isEmpty &&
      request.is('application/json') === false
    ) {
      throw new UnsupportedMediaTypeError();
    }
    return true;
  }
}

import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  ThrottlerStorageService,
} from '@nestjs/throttler';
import type { Request } from 'express';
import { TooManyCallsError } from './access.errors.js';

/** Calls of one API token in any minute, to one instance. */
export const CALLS_A_MINUTE = 3000;

/**
 * Bounds how often an API token calls; it comes after the access guard, which knows the token. It
 * counts in this process's memory: a write to the database for each call would cost more than most
 * calls do, so several instances let through as many times the limit.
 */
@Injectable()
export class ApiRateGuard extends ThrottlerGuard {
  // Named, since Nest would give it what the guard that it extends asks for.
  constructor(@Inject(Reflector) reflector: Reflector) {
    // Without a block of its own the minute slides, and Retry-After is until its oldest call ends.
    const perToken = { limit: CALLS_A_MINUTE, ttl: 60_000, blockDuration: 0 };
    super(
      { throttlers: [perToken], setHeaders: false, generateKey: (_context, tracker) => tracker },
      new ThrottlerStorageService(),
      reflector,
    );
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(actorOf(context)?.kind !== 'token');
  }

  protected override getTracker(request: Request): Promise<string> {
    return Promise.resolve(String(request.actor?.id));
  }

  /** @throws TooManyCallsError */
  protected override throwThrottlingException(
    _context: ExecutionContext,
    { timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new TooManyCallsError(Math.max(1, timeToBlockExpire));
  }
}

function actorOf(context: ExecutionContext): Request['actor'] {
  return context.switchToHttp().getRequest<Request>().actor;
}

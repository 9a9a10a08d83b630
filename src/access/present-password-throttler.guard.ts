import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';

/**
 * For the throttler: ten wrong ones in a quarter of an hour at one form. Who is right is not
 * counted, see OwnAccount.
 */
export const PRESENT_PASSWORD_LIMIT = { default: { limit: 10, ttl: 15 * 60_000 } };

/** Counts tries of the present password by the user who is signed in, from however many addresses. */
@Injectable()
export class PresentPasswordThrottlerGuard extends SignInThrottlerGuard {
  protected override async getTracker(request: Request): Promise<string> {
    const { actor } = request;
    return actor?.kind === 'user' ? `user ${actor.id}` : super.getTracker(request);
  }
}

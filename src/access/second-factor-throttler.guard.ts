import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';

/** Counts codes by the user whose code is asked for: six digits are few, from however many addresses. */
@Injectable()
export class SecondFactorThrottlerGuard extends SignInThrottlerGuard {
  protected override async getTracker(request: Request): Promise<string> {
    const userId = request.session.waitsFor?.userId;
    return userId === undefined ? super.getTracker(request) : `user ${userId}`;
  }
}

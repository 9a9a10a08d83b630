import { Inject, Injectable } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import type { Request } from 'express';
import { SignInLimit } from './sign-in-limit.js';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';
import { UserService } from './user.service.js';

/**
 * Counts codes by the user whose code is asked for: six digits are few, from however many
 * addresses. One that is known as the user's is counted apart, so that who has found out the
 * password does not keep its owner out.
 */
@Injectable()
export class SecondFactorThrottlerGuard extends SignInThrottlerGuard {
  @Inject() private readonly limit!: SignInLimit;
  @Inject() private readonly users!: UserService;

  protected override async getTracker(request: Request): Promise<string> {
    const userId = request.session.waitsFor?.userId;
    const user = userId === undefined ? null : await this.users.findActive(userId);
    if (!user) return super.getTracker(request);
    const isKnown = await this.limit.isKnown(request, user.email);
    return `user ${user.id}${isKnown ? ` known ${normalizeIp(request.ip ?? '')}` : ''}`;
  }
}

import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { TooManyTriesError } from './access.errors.js';
import { AuditTrail } from './audit-trail.service.js';

/** More addresses at once are not kept in mind: the first of one may then be told twice. */
const MOST_KEPT = 1000;

/** Nest's throttler, which tells the audit trail of an address or account that was stopped: once a stop. */
@Injectable()
export class SignInThrottlerGuard extends ThrottlerGuard {
  @Inject() private readonly unitOfWork!: UnitOfWork;
  @Inject() private readonly audit!: AuditTrail;
  @Inject() private readonly clock!: Clock;
  /** When the stop of an address ends that the trail was told of, on the monotonic clock. */
  private readonly told = new Map<string, number>();

  /** @throws TooManyTriesError */
  protected override async throwThrottlingException(
    _context: ExecutionContext,
    detail: ThrottlerLimitDetail,
  ): Promise<void> {
    if (this.isNews(detail)) {
      await this.unitOfWork.run(() => this.audit.record({ action: 'sign_in.throttled' }));
    }
    throw new TooManyTriesError(detail.timeToBlockExpire);
  }

  private isNews({ key, timeToBlockExpire }: ThrottlerLimitDetail): boolean {
    const nowMs = this.clock.monotonicMs();
    if ((this.told.get(key) ?? 0) > nowMs) return false;
    if (this.told.size >= MOST_KEPT) this.told.clear();
    this.told.set(key, nowMs + timeToBlockExpire * 1000);
    return true;
  }
}

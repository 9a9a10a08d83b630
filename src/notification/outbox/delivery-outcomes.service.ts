import { Injectable, Logger } from '@nestjs/common';
import type { Repository } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { Random } from '../../config/random.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import type { DeliveryError } from '../delivery.error.js';
import { ChannelLocks } from './channel-locks.service.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import { Delivery } from './delivery.entity.js';
import { channelPauseMs, nextTryAt, UNCERTAIN_DELAY_MS } from './delivery.rules.js';

/** HTTP's "gone": whoever says so wants nothing any more. */
const GONE = 410;

/** A try that has ended. */
export interface EndedTry {
  delivery: Delivery;
  attemptId: number;
  ms: number;
}

/** Writes how tries ended. */
@Injectable()
export class DeliveryOutcomes {
  private readonly logger = new Logger('Delivery');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly channels: ChannelLocks,
  ) {}

  /** It arrived. */
  async delivered(ended: EndedTry, status: number | null): Promise<void> {
    // Lost in a power cut it would be sent again, as after any kill: not worth a wait for the disk.
    await this.unitOfWork.runRepeatable(async () => {
      await this.note(ended, { outcome: 'delivered', status, reason: null });
      await this.settle(ended, {
        state: 'delivered',
        deliveredAt: this.clock.now(),
        reason: null,
      });
    });
  }

  /**
   * It did not arrive, or nobody knows: it is tried again later, or given up. What its channel's deletion left
   * behind is dropped. A receiver that is gone makes its channel inactive; one that asks for it, or
   * fails again and again, is left alone for a while.
   * @param failuresInARow of its channel, this one included
   */
  async failed(ended: EndedTry, error: DeliveryError, failuresInARow: number): Promise<void> {
    const { delivery } = ended;
    const { reason } = error;
    const isGone = error.status === GONE;
    await this.unitOfWork.runRepeatable(async () => {
      const outcome = error.isUncertain ? 'unknown' : 'failed';
      await this.note(ended, { outcome, status: error.status, reason });
      const isInUse = (await this.channels.lock(delivery.channelId)) !== null;
      if (isGone) await this.channels.deactivate(delivery.channelId, reason);
      const now = this.clock.now();
      const pauseMs = channelPauseMs(failuresInARow, error.retryAfterMs);
      if (pauseMs > 0) await this.channels.pause(delivery.channelId, pauseMs);
      const { giveUpAt } = delivery;
      const retryAfterMs = error.isUncertain ? UNCERTAIN_DELAY_MS : error.retryAfterMs;
      const attempts = await this.attemptsAt(delivery);
      const isFinal = error.isFinal || isGone;
      const failed = { attempts, now, giveUpAt: giveUpAt ?? now, isFinal, retryAfterMs };
      const nextAttemptAt = nextTryAt(failed, this.random.next());
      if (!isInUse) await this.settle(ended, { state: 'dropped', reason });
      else if (nextAttemptAt) await this.settle(ended, { state: 'pending', reason, nextAttemptAt });
      else await this.settle(ended, { state: 'dead', reason });
    });
    if (isGone) {
      this.logger.warn(`Channel ${delivery.channelId} was made inactive: ${error.message}`);
    }
  }

  /** As it stands now: something urgent may have come to wait behind it meanwhile. */
  private async attemptsAt({ id, attempts }: Delivery): Promise<number> {
    const found = await this.deliveries.findOne({
      where: { id },
      select: { id: true, attempts: true },
    });
    return Math.max(found?.attempts ?? attempts, 1);
  }

  private async note(
    { attemptId, ms }: EndedTry,
    said: Pick<DeliveryAttempt, 'outcome' | 'status' | 'reason'>,
  ): Promise<void> {
    await this.unitOfWork
      .repository(DeliveryAttempt)
      .update({ id: attemptId }, { ...said, ms: Math.round(ms) });
  }

  /** Only who holds the claim: what another instance has taken over since is that one's. */
  private async settle({ delivery }: EndedTry, change: Partial<Delivery>): Promise<void> {
    const { id } = delivery;
    const claimedBy = delivery.claimedBy ?? '';
    const free = { claimedBy: null, claimedUntil: null };
    await this.deliveries.update({ id, claimedBy, state: 'sending' }, { ...change, ...free });
  }

  private get deliveries(): Repository<Delivery> {
    return this.unitOfWork.repository(Delivery);
  }
}

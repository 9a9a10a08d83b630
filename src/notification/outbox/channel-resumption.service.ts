import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Channel } from '../channel.entity.js';
import { Delivery } from './delivery.entity.js';
import { OutboxWakeup } from './outbox-wakeup.js';

/** Tries a channel again that something was wrong with, as soon as that may be mended. */
@Injectable()
export class ChannelResumption {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly wakeup: OutboxWakeup,
  ) {}

  /** What waits for the channel is tried now, when the caller's unit of work has ended. */
  async resume(channelId: number): Promise<void> {
    const now = this.clock.now();
    await this.unitOfWork.run(async () => {
      await this.unitOfWork.repository(Channel).update({ id: channelId }, { pausedUntil: null });
      await this.unitOfWork
        .repository(Delivery)
        .update(
          { channelId, state: 'pending', nextAttemptAt: MoreThan(now) },
          { nextAttemptAt: now },
        );
      this.unitOfWork.afterCommit(() => {
        this.wakeup.wake(channelId);
      });
    });
  }
}

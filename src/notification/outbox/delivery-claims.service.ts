import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { In, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { keptSentence } from '../../web/kept-sentence.js';
import { ChannelLocks } from './channel-locks.service.js';
import { nextSendAt } from '../quiet-hours.rules.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import { RETRY_FOR_MS } from './delivery.rules.js';
import { Delivery } from './delivery.entity.js';
import { OutboxEntry } from './outbox-entry.entity.js';

/**
 * How long a delivery stays with an instance that says nothing, ms: longer than any kind takes to
 * send, so that it comes back only when the instance is gone.
 */
export const CLAIM_MS = 150_000;

/** A delivery that this instance alone may send, once; or how long the channel has none, ms. */
export type Claim = { delivery: Delivery; attemptId: number } | { waitMs: number };

/**
 * Decides who sends what. One delivery at a time is on its way to a channel, over all instances, so
 * that a process that ends in the middle leaves at most one behind of which nobody knows whether it
 * arrived.
 */
@Injectable()
export class DeliveryClaims {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly channels: ChannelLocks,
  ) {}

  /** The channels that have anything to send, now or later. */
  async openChannels(): Promise<number[]> {
    const rows = await this.deliveries
      .createQueryBuilder('delivery')
      .select('delivery.channelId', 'channelId')
      .distinct(true)
      .where({ state: In(['pending', 'sending']) })
      .getRawMany<{ channelId: number }>();
    return rows.map(({ channelId }) => channelId);
  }

  /**
   * Takes the next delivery of a channel, and writes that it is tried, before anything is sent.
   * @param mostMs what `waitMs` is at most
   */
  async claim(channelId: number, mostMs: number): Promise<Claim> {
    return this.unitOfWork.run(async () => {
      const channel = await this.channels.lock(channelId);
      if (!channel) {
        await this.drop(channelId);
        return { waitMs: mostMs };
      }
      const now = this.clock.now();
      const pauseMs = (channel.pausedUntil?.getTime() ?? 0) - now.getTime();
      if (pauseMs > 0) return { waitMs: Math.min(pauseMs, mostMs) };
      const busyMs = await this.takeBack(channelId, now);
      if (busyMs > 0) return { waitMs: Math.min(busyMs, mostMs) };
      const awakeAt = nextSendAt(channel, now, false);
      const id =
        (await this.next(channelId, now, true)) ??
        (awakeAt > now ? null : await this.next(channelId, now, false));
      if (id !== null) return this.begin(id, now);
      return { waitMs: Math.min(await this.untilNext(channelId, now, awakeAt), mostMs) };
    });
  }

  /** What waits for a channel that is no more, or inactive, is not sent. */
  private async drop(channelId: number): Promise<void> {
    const reason = keptSentence('delivery.reason.dropped');
    await this.deliveries.update({ channelId, state: 'pending' }, { state: 'dropped', reason });
    // Whoever sent it is gone.
    await this.deliveries.update(
      { channelId, state: 'sending', claimedUntil: LessThanOrEqual(this.clock.now()) },
      { state: 'dropped', reason, claimedBy: null, claimedUntil: null },
    );
  }

  /**
   * A delivery whose instance is gone may be sent again.
   * @returns how long one is still with its instance, ms; 0 when none is
   */
  private async takeBack(channelId: number, now: Date): Promise<number> {
    const sending = await this.deliveries.findBy({ channelId, state: 'sending' });
    let busyMs = 0;
    for (const { id, claimedUntil } of sending) {
      const leftMs = (claimedUntil?.getTime() ?? 0) - now.getTime();
      busyMs = Math.max(busyMs, leftMs);
      if (leftMs > 0) continue;
      const free = { state: 'pending', claimedBy: null, claimedUntil: null } as const;
      await this.deliveries.update({ id }, { ...free, nextAttemptAt: now });
    }
    return busyMs;
  }

  /** What is due first, and of one subject the oldest alone. */
  private async next(channelId: number, now: Date, isUrgent: boolean): Promise<number | null> {
    const query = this.deliveries.createQueryBuilder('delivery');
    const mine = query
      .subQuery()
      .select('1')
      .from(OutboxEntry, 'mine')
      .innerJoin(
        OutboxEntry,
        'earlier',
        `earlier.channelId = mine.channelId AND earlier.recipient = mine.recipient
         AND earlier.subject = mine.subject AND earlier.deliveryId < mine.deliveryId`,
      )
      .innerJoin(
        Delivery,
        'blocking',
        `blocking.id = earlier.deliveryId AND blocking.state IN ('pending', 'sending')`,
      )
      .where('mine.deliveryId = delivery.id');
    // Along an index to the first: tens of thousands may wait, and are not to be sorted each time.
    const found = await query
      .select('delivery.id', 'id')
      .where({ channelId, state: 'pending', isUrgent, nextAttemptAt: LessThanOrEqual(now) })
      .andWhere(`NOT EXISTS ${mine.getQuery()}`)
      .orderBy('delivery.id', 'ASC')
      .limit(1)
      .getRawOne<{ id: number }>();
    return found?.id ?? null;
  }

  private async begin(id: number, now: Date): Promise<Claim> {
    const delivery = await this.deliveries
      .createQueryBuilder('delivery')
      .addSelect('delivery.body')
      .where({ id })
      .getOneOrFail();
    const claimed = {
      state: 'sending' as const,
      attempts: delivery.attempts + 1,
      giveUpAt: delivery.giveUpAt ?? new Date(now.getTime() + RETRY_FOR_MS),
      claimedBy: randomUUID(),
      claimedUntil: new Date(now.getTime() + CLAIM_MS),
    };
    await this.deliveries.update({ id: delivery.id }, claimed);
    const attempt = await this.unitOfWork.repository(DeliveryAttempt).save({
      deliveryId: delivery.id,
      at: now,
      ms: null,
      outcome: 'unknown' as const,
      status: null,
      reason: null,
    });
    return { delivery: Object.assign(delivery, claimed), attemptId: attempt.id };
  }

  /** What is due but must wait for another's end is looked for when that has ended. */
  private async untilNext(channelId: number, now: Date, awakeAt: Date): Promise<number> {
    const later = await this.deliveries.findOne({
      where: { channelId, state: 'pending', nextAttemptAt: MoreThan(now) },
      order: { nextAttemptAt: 'ASC' },
      select: { id: true, nextAttemptAt: true },
    });
    const times = [later?.nextAttemptAt, awakeAt > now ? awakeAt : undefined];
    return Math.min(...times.map((time) => (time ? time.getTime() - now.getTime() : Infinity)));
  }

  private get deliveries(): Repository<Delivery> {
    return this.unitOfWork.repository(Delivery);
  }
}

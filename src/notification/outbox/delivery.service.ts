import { Injectable } from '@nestjs/common';
import { In, type Repository, type SelectQueryBuilder } from 'typeorm';
import { AuditTrail } from '../../access/audit-trail.service.js';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { NotFoundError } from '../../web/domain-error.js';
import { showId } from '../../web/ids.js';
import {
  keysetBatches,
  type KeysetOrder,
  keysetPage,
  type Page,
  type PageQuery,
} from '../../web/paging.js';
import { ChannelLocks } from './channel-locks.service.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import { Delivery, type DeliveryState } from './delivery.entity.js';
import { RedeliveryRefusedError } from './delivery.errors.js';
import { ChannelResumption } from './channel-resumption.service.js';

/** A delivery with every try at it, the first first. */
export interface TriedDelivery {
  delivery: Delivery;
  attempts: DeliveryAttempt[];
}

/** What a list of deliveries may be narrowed to. */
export interface DeliveryFilter {
  channelId?: number;
  state?: DeliveryState;
}

const NEWEST_FIRST: KeysetOrder = { columns: ['delivery.id'], direction: 'DESC' };

/** What was sent, and how that went. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly channels: ChannelLocks,
    private readonly resumption: ChannelResumption,
  ) {}

  /** A page of the deliveries, the newest first. */
  async list(filter: DeliveryFilter, page: PageQuery): Promise<Page<TriedDelivery>> {
    const found = await keysetPage(this.meant(filter), NEWEST_FIRST, page);
    return { ...found, items: await this.withAttempts(found.items) };
  }

  /** All that a list means, the newest first, a bounded batch at a time. */
  async *batches(filter: DeliveryFilter): AsyncGenerator<TriedDelivery[]> {
    for await (const batch of keysetBatches(() => this.meant(filter), NEWEST_FIRST)) {
      yield this.withAttempts(batch);
    }
  }

  /** Of what waits for a channel, or is on its way to it, the first; null for none. */
  async firstOpenId(channelId: number): Promise<number | null> {
    const first = await this.deliveries.findOne({
      where: { channelId, state: In(['pending', 'sending']) },
      order: { id: 'ASC' },
      select: { id: true },
    });
    return first?.id ?? null;
  }

  /**
   * Sends again what was given up, dropped or delivered: under the id that it had, and for a day.
   * What waits for its next try is tried at once, with all else that waits for its channel.
   * @param of the channel that it must be one of; any without it
   * @throws NotFoundError, RedeliveryRefusedError
   */
  async redeliver(id: number, of?: number): Promise<TriedDelivery> {
    return this.unitOfWork.run(async () => {
      const found = await this.deliveries.findOneBy(
        of === undefined ? { id } : { id, channelId: of },
      );
      if (!found) throw new NotFoundError();
      const { channelId } = found;
      const channel = await this.channels.lock(channelId);
      if (!channel) throw new RedeliveryRefusedError('channel');
      // Read anew: only now nobody else changes it.
      const delivery = await this.deliveries.findOneByOrFail({ id });
      if (delivery.state === 'sending') throw new RedeliveryRefusedError('open');
      const begins = { state: 'pending' as const, nextAttemptAt: this.clock.now(), attempts: 0 };
      const isOpen = delivery.state === 'pending';
      const again = isOpen ? begins : { ...begins, giveUpAt: null };
      await this.deliveries.update({ id }, again);
      await this.audit.record({
        action: 'channel.redelivered',
        subject: { kind: 'channel', id: showId(channelId), label: channel.name },
        after: { delivery: showId(id), message: delivery.messageId },
      });
      await this.resumption.resume(channelId);
      const [tried] = await this.withAttempts([Object.assign(delivery, again)]);
      if (!tried) throw new NotFoundError();
      return tried;
    });
  }

  private meant({ channelId, state }: DeliveryFilter): SelectQueryBuilder<Delivery> {
    const query = this.deliveries.createQueryBuilder('delivery');
    if (channelId !== undefined) query.andWhere({ channelId });
    if (state !== undefined) query.andWhere({ state });
    return query;
  }

  private async withAttempts(deliveries: readonly Delivery[]): Promise<TriedDelivery[]> {
    const ids = deliveries.map(({ id }) => id);
    const rows = await this.unitOfWork
      .repository(DeliveryAttempt)
      .find({ where: { deliveryId: In(ids) }, order: { id: 'ASC' } });
    return deliveries.map((delivery) => ({
      delivery,
      attempts: rows.filter(({ deliveryId }) => deliveryId === delivery.id),
    }));
  }

  private get deliveries(): Repository<Delivery> {
    return this.unitOfWork.repository(Delivery);
  }
}

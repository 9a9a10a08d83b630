import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Delivery } from './outbox/delivery.entity.js';

/** How deliveries to a channel stand. */
export interface ChannelState {
  lastDeliveredAt: Date | null;
  /** Why the newest delivery failed that has not arrived, as it is kept; null when there is none. */
  lastError: string | null;
}

/** How deliveries stand, channel by channel. */
@Injectable()
export class ChannelStates {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Of each of the channels, by id. */
  async of(channelIds: readonly number[]): Promise<Map<number, ChannelState>> {
    const states = new Map<number, ChannelState>();
    for (const id of channelIds) states.set(id, await this.one(id));
    return states;
  }

  async one(channelId: number): Promise<ChannelState> {
    const deliveries = this.unitOfWork.repository(Delivery);
    const delivered = await deliveries.findOne({
      where: { channelId, state: 'delivered' },
      order: { id: 'DESC' },
    });
    const failed = await deliveries
      .createQueryBuilder('delivery')
      .where('delivery.channelId = :channelId', { channelId })
      .andWhere('delivery.state IN (:...states)', { states: ['pending', 'sending', 'dead'] })
      .andWhere('delivery.reason IS NOT NULL')
      .andWhere('delivery.id > :after', { after: delivered?.id ?? 0 })
      .orderBy('delivery.id', 'DESC')
      .getOne();
    return {
      lastDeliveredAt: delivered?.deliveredAt ?? null,
      lastError: failed?.reason ?? null,
    };
  }
}

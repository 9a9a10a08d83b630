import { Injectable } from '@nestjs/common';
import { In, type Repository } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { chunksOf } from '../../database/chunks.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Delivery } from './delivery.entity.js';
import { OutboxEntry } from './outbox-entry.entity.js';

const IN_ONE_QUERY = 500;

/** Makes way for what is urgent. */
@Injectable()
export class DeliveryHurry {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Whatever these deliveries wait behind is as urgent as they are, and is tried now, also what that
   * waits behind in turn: a digest waits for every subject in it.
   */
  async before(deliveryIds: readonly number[]): Promise<void> {
    const seen = new Set(deliveryIds);
    for (let some = [...deliveryIds]; some.length > 0;) {
      const found = (await this.blockersOf(some)).filter((id) => !seen.has(id));
      for (const id of found) seen.add(id);
      some = found;
    }
    const blockers = [...seen].slice(deliveryIds.length);
    // One that is being sent, and fails, is to be tried again as soon as something new is.
    const change = { isUrgent: true, nextAttemptAt: this.clock.now(), attempts: 0 };
    for (const ids of chunksOf(blockers, IN_ONE_QUERY)) {
      await this.deliveries.update({ id: In([...ids]) }, change);
    }
  }

  private async blockersOf(deliveryIds: readonly number[]): Promise<number[]> {
    const found = new Set<number>();
    for (const ids of chunksOf(deliveryIds, IN_ONE_QUERY)) {
      const rows = await this.unitOfWork
        .repository(OutboxEntry)
        .createQueryBuilder('mine')
        .select('blocking.id', 'id')
        .distinct(true)
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
        .where({ deliveryId: In([...ids]) })
        .getRawMany<{ id: number }>();
      for (const { id } of rows) found.add(id);
    }
    return [...found];
  }

  private get deliveries(): Repository<Delivery> {
    return this.unitOfWork.repository(Delivery);
  }
}

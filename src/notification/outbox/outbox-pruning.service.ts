import { Injectable } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { In, LessThan } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Delivery } from './delivery.entity.js';
import { StoredEvent } from './notification-event.entity.js';
import { OutboxEntry } from './outbox-entry.entity.js';
import { TOLD_KEPT_MS } from './told-kept.rules.js';

const BATCH = 100;
/** One digest may have as many as 500. */
const ENTRIES_A_BATCH = 1_000;

/** Removes what was told long ago, a few rows at a time. */
@Injectable()
export class OutboxPruning {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Stops after the batch under way when `stop` aborts. */
  async run(stop: AbortSignal): Promise<void> {
    for (const batch of [() => this.deliveries(), () => this.events()]) {
      while (!stop.aborted && (await this.unitOfWork.run(batch)) > 0) await setImmediate();
    }
  }

  /** With their entries and attempts. @returns how many */
  private async deliveries(): Promise<number> {
    const rows = await this.unitOfWork.repository(Delivery).find({
      where: { createdAt: LessThan(this.oldest), state: In(['delivered', 'dead', 'dropped']) },
      select: { id: true },
      take: BATCH,
    });
    const ids = await this.someOf(rows.map(({ id }) => id));
    if (ids.length > 0) await this.unitOfWork.repository(Delivery).delete({ id: In(ids) });
    return ids.length;
  }

  /** As many of the deliveries as have so many entries together, one at least. */
  private async someOf(ids: readonly number[]): Promise<number[]> {
    const counts = await this.unitOfWork
      .repository(OutboxEntry)
      .createQueryBuilder('entry')
      .select('entry.deliveryId', 'id')
      .addSelect('COUNT(*)', 'count')
      .where({ deliveryId: In([...ids]) })
      .groupBy('entry.deliveryId')
      .getRawMany<{ id: number; count: number | string }>();
    const byId = new Map(counts.map(({ id, count }) => [id, Number(count)]));
    let entries = 0;
    return ids.filter((id, index) => {
      entries += byId.get(id) ?? 0;
      return index === 0 || entries <= ENTRIES_A_BATCH;
    });
  }

  /** Those that nobody waits for any more. */
  private async events(): Promise<number> {
    const rows = await this.unitOfWork
      .repository(StoredEvent)
      .createQueryBuilder('event')
      .select(['event.id'])
      .leftJoin(OutboxEntry, 'entry', 'entry.eventId = event.id')
      .where({ at: LessThan(this.oldest) })
      .andWhere('entry.id IS NULL')
      .limit(BATCH)
      .getMany();
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await this.unitOfWork.repository(StoredEvent).delete({ id: In(ids) });
    return ids.length;
  }

  private get oldest(): Date {
    return new Date(this.clock.now().getTime() - TOLD_KEPT_MS);
  }
}

import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { translator } from '../../web/translator.js';
import { messageText, withSeverity } from '../message-text.js';
import { messageOf } from './message-body.rules.js';
import { Delivery } from './delivery.entity.js';
import { OutboxEntry } from './outbox-entry.entity.js';

const t = translator();

/** What a message says, in a line. */
export interface Headline {
  text: string;
  /** The page that it is about; empty for a digest, which is about several. */
  href: string;
}

/** What messages say, for the list of deliveries. */
@Injectable()
export class DeliveryHeadlines {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** By the delivery's id. A digest may hold half a megabyte: it is counted, and not read. */
  async of(deliveries: readonly Delivery[]): Promise<Map<number, Headline>> {
    const isDigest = ({ type }: Delivery) => type === 'scan.digest';
    const bodies = await this.bodies(deliveries.filter((one) => !isDigest(one)));
    const counts = await this.counts(deliveries.filter(isDigest));
    return new Map(
      deliveries.map((delivery) => {
        const { id, severity } = delivery;
        const body = bodies.get(id);
        if (body !== undefined) return [id, single(delivery, body)];
        const text = t('told.headline.scan.digest', { count: counts.get(id) ?? 0 });
        return [id, { text: withSeverity(text, severity), href: '' }];
      }),
    );
  }

  private async bodies(deliveries: readonly Delivery[]): Promise<Map<number, string>> {
    if (deliveries.length === 0) return new Map();
    const rows = await this.unitOfWork.repository(Delivery).find({
      where: { id: In(deliveries.map(({ id }) => id)) },
      select: { id: true, body: true },
    });
    return new Map(rows.map(({ id, body }) => [id, body]));
  }

  private async counts(deliveries: readonly Delivery[]): Promise<Map<number, number>> {
    if (deliveries.length === 0) return new Map();
    const rows = await this.unitOfWork
      .repository(OutboxEntry)
      .createQueryBuilder('entry')
      .select('entry.deliveryId', 'id')
      .addSelect('COUNT(*)', 'count')
      .where({ deliveryId: In(deliveries.map(({ id }) => id)) })
      .groupBy('entry.deliveryId')
      .getRawMany<{ id: number; count: number | string }>();
    return new Map(rows.map(({ id, count }) => [id, Number(count)]));
  }
}

function single(delivery: Delivery, body: string): Headline {
  const { title, items } = messageText(messageOf(Object.assign(delivery, { body })), '');
  return { text: title, href: items[0]?.href ?? '' };
}

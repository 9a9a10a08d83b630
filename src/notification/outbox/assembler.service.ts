import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { In, LessThanOrEqual, type Repository } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import type { Channel } from '../channel.entity.js';
import { ChannelLocks } from './channel-locks.service.js';
import { nextSendAt } from '../quiet-hours.rules.js';
import { Delivery } from './delivery.entity.js';
import { DeliveryHurry } from './delivery-hurry.service.js';
import { digestBody, singleBody, worstOf } from './message-body.rules.js';
import { StoredEvent } from './notification-event.entity.js';
import { OutboxEntry } from './outbox-entry.entity.js';

/** How many entries become deliveries of their own in one unit of work. */
const SINGLES_AT_ONCE = 50;
/** A digest holds no more events, nor more characters of their data; the rest is the next digest. */
const DIGEST_EVENTS = 500;
const DIGEST_CHARACTERS = 2_000_000;
const IN_ONE_QUERY = 100;

/** The subject of a delivery that is about several. */
const SEVERAL = 'digest';

/** Whose entries are put together. */
interface Group {
  channelId: number;
  recipient: string;
}

/** Puts what waits in the outbox into deliveries: events by themselves, and digests. */
@Injectable()
export class Assembler {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly channels: ChannelLocks,
    private readonly hurry: DeliveryHurry,
  ) {}

  /**
   * Puts together what is due, group by group.
   * @returns the channels that have new deliveries, and how long nothing else is due, ms
   */
  async assemble(mostMs: number): Promise<{ channelIds: Set<number>; waitMs: number }> {
    const channelIds = new Set<number>();
    for (const group of await this.dueGroups()) {
      const made = await this.unitOfWork.run(() => this.assembleGroup(group));
      if (made > 0) channelIds.add(group.channelId);
    }
    const next = await this.entries.findOne({
      where: { state: 'waiting' },
      order: { dueAt: 'ASC' },
    });
    const dueMs = next ? next.dueAt.getTime() - this.clock.now().getTime() : mostMs;
    return { channelIds, waitMs: Math.min(Math.max(dueMs, 0), mostMs) };
  }

  private async dueGroups(): Promise<Group[]> {
    return this.entries
      .createQueryBuilder('entry')
      .select('entry.channelId', 'channelId')
      .addSelect('entry.recipient', 'recipient')
      .distinct(true)
      .where({ state: 'waiting', dueAt: LessThanOrEqual(this.clock.now()) })
      .getRawMany<Group>();
  }

  /** @returns how many deliveries were made */
  private async assembleGroup(group: Group): Promise<number> {
    const channel = await this.channels.lock(group.channelId);
    if (!channel) {
      // What was dropped for each of its deliveries is told there; what never became one, is gone.
      await this.entries.update({ ...group, state: 'waiting' }, { state: 'dropped' });
      return 0;
    }
    const now = this.clock.now();
    const singles = await this.dueSingles(group, now);
    const made = await this.makeSingles(channel, singles);
    if (singles.length >= SINGLES_AT_ONCE) return made;
    return made + (await this.makeDigest(channel, group, now));
  }

  /**
   * What is sent by itself, after what of the same subjects waits for a digest: of one subject
   * everything is told in order.
   */
  private async dueSingles(group: Group, now: Date): Promise<OutboxEntry[]> {
    const due = await this.entries.find({
      where: { ...group, state: 'waiting', isSingle: true, dueAt: LessThanOrEqual(now) },
      order: { id: 'ASC' },
      take: SINGLES_AT_ONCE,
    });
    if (due.length === 0) return [];
    const subjects = [...new Set(due.map(({ subject }) => subject))];
    const gathered = await this.entries.findBy({
      ...group,
      state: 'waiting',
      isSingle: false,
      subject: In(subjects),
    });
    const before = gathered.filter(({ id, subject }) =>
      due.some((single) => single.subject === subject && single.id > id),
    );
    return [...before, ...due].sort((a, b) => a.id - b.id);
  }

  private async makeSingles(channel: Channel, entries: readonly OutboxEntry[]): Promise<number> {
    const events = await this.eventsOf(entries);
    const urgentIds: number[] = [];
    for (const entry of entries) {
      const event = events.get(entry.eventId);
      if (!event) throw new Error('An entry of the outbox has lost its event');
      const { type, subject, severity, isReminder } = event;
      const { isUrgent, recipient } = entry;
      const body = singleBody(event);
      const about = { type, subject, severity, isReminder, isUrgent, recipient, body };
      const id = await this.put(channel, about, [entry]);
      if (isUrgent) urgentIds.push(id);
    }
    await this.hurry.before(urgentIds);
    return entries.length;
  }

  private async makeDigest(channel: Channel, group: Group, now: Date): Promise<number> {
    const where = { ...group, state: 'waiting' as const, isSingle: false };
    if (!(await this.entries.existsBy({ ...where, dueAt: LessThanOrEqual(now) }))) return 0;
    const awakeAt = nextSendAt(channel, now, false);
    if (awakeAt > now) {
      // It goes on gathering until the quiet hours end.
      await this.entries.update({ ...where, dueAt: LessThanOrEqual(now) }, { dueAt: awakeAt });
      return 0;
    }
    const waiting = await this.entries.find({ where, order: { id: 'ASC' }, take: DIGEST_EVENTS });
    const { entries, events } = await this.fill(waiting);
    await this.put(
      channel,
      {
        type: 'scan.digest',
        subject: SEVERAL,
        severity: worstOf(events),
        isReminder: events.every(({ isReminder }) => isReminder),
        isUrgent: false,
        recipient: group.recipient,
        body: digestBody(events, now),
      },
      entries,
    );
    return 1;
  }

  /** As many as one digest takes, one at least. */
  private async fill(
    waiting: readonly OutboxEntry[],
  ): Promise<{ entries: OutboxEntry[]; events: StoredEvent[] }> {
    const entries: OutboxEntry[] = [];
    const events: StoredEvent[] = [];
    let characters = 0;
    for (let from = 0; from < waiting.length; from += IN_ONE_QUERY) {
      const some = waiting.slice(from, from + IN_ONE_QUERY);
      const found = await this.eventsOf(some);
      for (const entry of some) {
        const event = found.get(entry.eventId);
        if (!event) throw new Error('An entry of the outbox has lost its event');
        characters += event.data.length;
        if (entries.length > 0 && characters > DIGEST_CHARACTERS) return { entries, events };
        entries.push(entry);
        events.push(event);
      }
    }
    return { entries, events };
  }

  private async put(
    channel: Channel,
    about: Pick<
      Delivery,
      'type' | 'subject' | 'severity' | 'isReminder' | 'isUrgent' | 'recipient' | 'body'
    >,
    entries: readonly OutboxEntry[],
  ): Promise<number> {
    const now = this.clock.now();
    const { id: deliveryId } = await this.deliveries.save({
      ...about,
      channelId: channel.id,
      messageId: `msg_${randomUUID().replaceAll('-', '')}`,
      state: 'pending',
      attempts: 0,
      nextAttemptAt: now,
      giveUpAt: null,
      claimedBy: null,
      claimedUntil: null,
      reason: null,
      createdAt: now,
      deliveredAt: null,
    });
    const ids = entries.map(({ id }) => id);
    await this.entries.update({ id: In(ids) }, { state: 'assembled', deliveryId });
    return deliveryId;
  }

  private async eventsOf(entries: readonly OutboxEntry[]): Promise<Map<number, StoredEvent>> {
    if (entries.length === 0) return new Map();
    const rows = await this.unitOfWork
      .repository(StoredEvent)
      .findBy({ id: In(entries.map(({ eventId }) => eventId)) });
    return new Map(rows.map((row) => [row.id, row]));
  }

  private get entries(): Repository<OutboxEntry> {
    return this.unitOfWork.repository(OutboxEntry);
  }

  private get deliveries(): Repository<Delivery> {
    return this.unitOfWork.repository(Delivery);
  }
}

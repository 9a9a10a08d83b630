import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { In, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { keptSentence } from '../../web/kept-sentence.js';
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
/**
 * A digest holds no more events, nor more bytes of their data: receivers commonly take up to 1 MB.
 * The rest is the next digest.
 */
const DIGEST_EVENTS = 500;
const DIGEST_BYTES = 500_000;
/** How long what could not be put together is left alone, ms, doubled with each failure in a row. */
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 10 * 60_000;
const IN_ONE_QUERY = 100;

/** The subject of a delivery that is about several. */
const SEVERAL = 'digest';

/** Whose entries are put together. */
interface Group {
  channelId: number;
  recipient: string;
}

/** A group that could not be put together. */
interface Rest {
  failures: number;
  /** Monotonic, ms. */
  untilMs: number;
}

/** For whom, and what becomes of it: a channel that is in use, or what was dropped with it. */
interface Aim extends Group {
  channel: Channel | null;
}

/** Puts what waits in the outbox into deliveries: events by themselves, and digests. */
@Injectable()
export class Assembler {
  private readonly logger = new Logger(Assembler.name);
  private readonly resting = new Map<string, Rest>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly channels: ChannelLocks,
    private readonly hurry: DeliveryHurry,
  ) {}

  /**
   * Puts together what is due, group by group; one that cannot be is left alone for a while.
   * @returns the channels that have new deliveries, and how long nothing else is due, ms
   */
  async assemble(mostMs: number): Promise<{ channelIds: Set<number>; waitMs: number }> {
    const channelIds = new Set<number>();
    const now = this.clock.now();
    const groups = await this.dueGroups(now);
    const due = new Set(groups.map(keyOf));
    for (const key of this.resting.keys()) if (!due.has(key)) this.resting.delete(key);
    for (const group of groups) {
      if (await this.try(group)) channelIds.add(group.channelId);
      await setImmediate();
    }
    // Where something was made, there may be more.
    if (channelIds.size > 0) return { channelIds, waitMs: 0 };
    const next = await this.entries.findOne({
      where: { state: 'waiting', dueAt: MoreThan(now) },
      order: { dueAt: 'ASC' },
    });
    const nowMs = this.clock.monotonicMs();
    const waits = [...this.resting.values()].map(({ untilMs }) => untilMs - nowMs);
    if (next) waits.push(next.dueAt.getTime() - this.clock.now().getTime());
    return { channelIds, waitMs: Math.min(Math.max(Math.min(...waits), 0), mostMs) };
  }

  /** @returns true when deliveries were made */
  private async try(group: Group): Promise<boolean> {
    const key = keyOf(group);
    const rest = this.resting.get(key);
    if (rest && rest.untilMs > this.clock.monotonicMs()) return false;
    try {
      const made = await this.unitOfWork.run(() => this.assembleGroup(group));
      this.resting.delete(key);
      return made > 0;
    } catch (error) {
      const failures = (rest?.failures ?? 0) + 1;
      const restMs = Math.min(FIRST_REST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_REST_MS);
      this.resting.set(key, { failures, untilMs: this.clock.monotonicMs() + restMs });
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.logger.error(`What waits for channel ${group.channelId} stays in the outbox: ${told}`);
      return false;
    }
  }

  private async dueGroups(now: Date): Promise<Group[]> {
    return this.entries
      .createQueryBuilder('entry')
      .select('entry.channelId', 'channelId')
      .addSelect('entry.recipient', 'recipient')
      .distinct(true)
      .where({ state: 'waiting', dueAt: LessThanOrEqual(now) })
      .getRawMany<Group>();
  }

  /** @returns how many deliveries were made */
  private async assembleGroup(group: Group): Promise<number> {
    const channel = await this.channels.lock(group.channelId);
    const now = this.clock.now();
    const singles = await this.dueSingles(group, now);
    const made = await this.makeSingles({ ...group, channel }, singles);
    if (singles.length >= SINGLES_AT_ONCE) return made;
    return made + (await this.makeDigest({ ...group, channel }, now));
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

  private async makeSingles(aim: Aim, entries: readonly OutboxEntry[]): Promise<number> {
    const events = await this.eventsOf(entries);
    const urgentIds: number[] = [];
    for (const entry of entries) {
      const event = events.get(entry.eventId);
      if (!event) throw new Error('An entry of the outbox has lost its event');
      const { type, subject, severity, isReminder } = event;
      const { isUrgent, recipient } = entry;
      const body = singleBody(event);
      const about = { type, subject, severity, isReminder, isUrgent, recipient, body };
      const id = await this.put(aim, about, [entry]);
      if (isUrgent) urgentIds.push(id);
    }
    await this.hurry.before(urgentIds);
    return entries.length;
  }

  private async makeDigest(aim: Aim, now: Date): Promise<number> {
    const { channel, channelId, recipient } = aim;
    const where = { channelId, recipient, state: 'waiting' as const, isSingle: false };
    if (!(await this.entries.existsBy({ ...where, dueAt: LessThanOrEqual(now) }))) return 0;
    const awakeAt = channel ? nextSendAt(channel, now, false) : now;
    if (awakeAt > now) {
      // It goes on gathering until the quiet hours end.
      await this.entries.update({ ...where, dueAt: LessThanOrEqual(now) }, { dueAt: awakeAt });
      return 0;
    }
    const waiting = await this.entries.find({ where, order: { id: 'ASC' }, take: DIGEST_EVENTS });
    const { entries, events } = await this.fill(waiting);
    await this.put(
      aim,
      {
        type: 'scan.digest',
        subject: SEVERAL,
        severity: worstOf(events),
        isReminder: events.every(({ isReminder }) => isReminder),
        isUrgent: false,
        recipient,
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
    let bytes = 0;
    for (let from = 0; from < waiting.length; from += IN_ONE_QUERY) {
      const some = waiting.slice(from, from + IN_ONE_QUERY);
      const found = await this.eventsOf(some);
      for (const entry of some) {
        const event = found.get(entry.eventId);
        if (!event) throw new Error('An entry of the outbox has lost its event');
        bytes += Buffer.byteLength(event.data);
        if (entries.length > 0 && bytes > DIGEST_BYTES) return { entries, events };
        entries.push(entry);
        events.push(event);
      }
    }
    return { entries, events };
  }

  private async put(
    { channel, channelId }: Aim,
    about: Pick<
      Delivery,
      'type' | 'subject' | 'severity' | 'isReminder' | 'isUrgent' | 'recipient' | 'body'
    >,
    entries: readonly OutboxEntry[],
  ): Promise<number> {
    const now = this.clock.now();
    const { id: deliveryId } = await this.deliveries.save({
      ...about,
      channelId,
      messageId: `msg_${randomUUID().replaceAll('-', '')}`,
      state: channel ? 'pending' : 'dropped',
      attempts: 0,
      nextAttemptAt: now,
      giveUpAt: null,
      claimedBy: null,
      claimedUntil: null,
      reason: channel ? null : keptSentence('delivery.reason.dropped'),
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

function keyOf({ channelId, recipient }: Group): string {
  return `${channelId} ${recipient}`;
}

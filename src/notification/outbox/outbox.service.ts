import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import type { Channel } from '../channel.entity.js';
import { Channels } from '../channels.service.js';
import type { NotificationEvent } from '../message.js';
import { StoredEvent } from './notification-event.entity.js';
import { OutboxEntry } from './outbox-entry.entity.js';
import { OutboxWakeup } from './outbox-wakeup.js';
import type { Outbox } from './outbox.js';

const MINUTE_MS = 60_000;
const KEYS_A_QUERY = 500;

/** The outbox in the database. */
@Injectable()
export class OutboxService implements Outbox {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly channels: Channels,
    private readonly wakeup: OutboxWakeup,
  ) {}

  async isListening(): Promise<boolean> {
    return this.channels.isAnyActive();
  }

  async tell(event: NotificationEvent): Promise<void> {
    const { key, channelIds } = event;
    const matching = await this.channels.matching(event);
    const told = [...matching, ...(await this.following(event))].filter(
      ({ id }) => channelIds?.includes(id) ?? true,
    );
    if (told.length === 0) return;
    if (await this.unitOfWork.repository(StoredEvent).existsBy({ key })) return;
    await this.unitOfWork.run(async () => {
      await this.promise(event, await this.write(event), told);
    });
  }

  async amend(key: string, part: object): Promise<void> {
    const events = this.unitOfWork.repository(StoredEvent);
    const event = await events.findOneBy({ key });
    if (!event) return;
    const data = Object.assign(JSON.parse(event.data) as object, part);
    await events.update(event.id, { data: JSON.stringify(data) });
  }

  async flush(): Promise<void> {
    const now = this.clock.now();
    await this.unitOfWork.run(async () => {
      await this.unitOfWork
        .repository(OutboxEntry)
        .update({ state: 'waiting', dueAt: MoreThan(now) }, { dueAt: now });
      this.wakeAfterCommit();
    });
  }

  /** Which of some keys were told already. */
  async told(keys: readonly string[]): Promise<Set<string>> {
    const told = new Set<string>();
    for (let start = 0; start < keys.length; start += KEYS_A_QUERY) {
      const part = keys.slice(start, start + KEYS_A_QUERY);
      const rows = await this.unitOfWork
        .repository(StoredEvent)
        .find({ where: { key: In(part) }, select: { id: true, key: true } });
      for (const { key } of rows) told.add(key);
    }
    return told;
  }

  /** The channels that were told of the subject before, though its rules ask for this no more. */
  private async following(event: NotificationEvent): Promise<Channel[]> {
    if (event.isReminder) return [];
    const concerned = await this.channels.concerned(event);
    if (concerned.length === 0) return [];
    const { subject } = event;
    const entries = await this.unitOfWork.repository(OutboxEntry).find({
      where: concerned.map((channel) => ({
        channelId: channel.id,
        recipient: In(this.channels.recipientsOf(channel, event)),
        subject,
      })),
      select: { id: true, channelId: true },
    });
    const knowing = new Set(entries.map(({ channelId }) => channelId));
    return concerned.filter(({ id }) => knowing.has(id));
  }

  /** @returns the row's id */
  private async write(event: NotificationEvent): Promise<number> {
    const { key, type, subject, severity, platform } = event;
    const events = this.unitOfWork.repository(StoredEvent);
    const row = {
      key,
      type,
      at: this.clock.now(),
      subject,
      severity,
      platformTags: platform ? [...platform.tags] : null,
      ownerEmail: platform?.ownerEmail ?? null,
      isUrgent: isUrgent(event),
      isReminder: event.isReminder ?? false,
      data: JSON.stringify(await event.data()),
    };
    // Somebody may write the same key at the same time: then both mean the same row.
    await events.createQueryBuilder().insert().values(row).orIgnore().updateEntity(false).execute();
    const written = await events.findOneByOrFail({ key });
    return written.id;
  }

  private async promise(
    event: NotificationEvent,
    eventId: number,
    told: readonly Channel[],
  ): Promise<void> {
    const now = this.clock.now();
    const entries = told.flatMap((channel) => {
      const isSingle = channel.mode === 'each' || isUrgent(event);
      const dueAt = isSingle ? now : new Date(now.getTime() + channel.digestMinutes * MINUTE_MS);
      return this.channels.recipientsOf(channel, event).map((recipient) => ({
        eventId,
        channelId: channel.id,
        recipient,
        subject: event.subject,
        state: 'waiting' as const,
        isSingle,
        isUrgent: isUrgent(event),
        dueAt,
        deliveryId: null,
      }));
    });
    // A channel that mails to owners alone has nobody to tell of what is about no platform.
    if (entries.length === 0) return;
    const rows = this.unitOfWork.repository(OutboxEntry).createQueryBuilder();
    await rows.insert().values(entries).orIgnore().updateEntity(false).execute();
    if (entries.some(({ isSingle }) => isSingle)) this.wakeAfterCommit();
  }

  private wakeAfterCommit(): void {
    this.unitOfWork.afterCommit(() => {
      this.wakeup.wake();
    });
  }
}

/** A reminder of something critical is not worth a night, nor is its end. */
function isUrgent({ type, isUrgent, isReminder, severity }: NotificationEvent): boolean {
  if (isUrgent !== undefined) return isUrgent;
  return severity === 'critical' && isReminder !== true && type !== 'alert.resolved';
}

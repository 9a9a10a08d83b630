import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
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
    const told = (await this.channels.matching(event)).filter(
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

/** A reminder of something critical is not worth a night. */
function isUrgent({ isUrgent, isReminder, severity }: NotificationEvent): boolean {
  return isUrgent ?? (severity === 'critical' && isReminder !== true);
}

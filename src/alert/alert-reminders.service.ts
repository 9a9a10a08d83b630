import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { isTold } from '../notification/channel-match.rules.js';
import type { Channel } from '../notification/channel.entity.js';
import { Channels } from '../notification/channels.service.js';
import { Outbox } from '../notification/outbox/outbox.js';
import { toldPlatform } from './alert-news.rules.js';
import { AlertNews, type Reminder } from './alert-news.service.js';
import { reminderSlot } from './alert-reminders.rules.js';
import { Alert } from './alert.entity.js';

const BATCH = 100;

/** Tells of alerts again that stay open, each channel as often as it wants. */
@Injectable()
export class AlertReminders {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly channels: Channels,
    private readonly news: AlertNews,
    private readonly outbox: Outbox,
  ) {}

  /** Tells what is due; what was told stays told. Stops after the alert under way when `stop` aborts. */
  async run(stop: AbortSignal): Promise<void> {
    const channels = await this.channels.thatRemind();
    if (channels.length === 0) return;
    for (let after = 0; ;) {
      const alerts = await this.unitOfWork.repository(Alert).find({
        where: { openPlatformId: Not(IsNull()), id: MoreThan(after) },
        relations: { platform: true },
        order: { id: 'ASC' },
        take: BATCH,
      });
      const due = new Map(alerts.map((alert) => [alert, this.dueOn(channels, alert)]));
      const told = await this.outbox.told([...due.values()].flat().map(({ key }) => key));
      for (const [alert, reminders] of due) {
        if (stop.aborted) return;
        after = alert.id;
        const untold = reminders.filter(({ key }) => !told.has(key));
        if (untold.length > 0) await this.news.remind(alert, untold);
      }
      if (alerts.length < BATCH) return;
    }
  }

  private dueOn(channels: readonly Channel[], alert: Alert): Reminder[] {
    const { id, severity } = alert;
    const event = {
      type: 'alert.updated',
      severity,
      platform: toldPlatform(alert.platform),
    } as const;
    return channels.flatMap((channel) => {
      const slot = reminderSlot(alert, channel, this.clock.now());
      if (!slot || !isTold(channel, event)) return [];
      return [{ key: `alert.reminder:${id}:${channel.id}:${slot}`, channelId: channel.id }];
    });
  }
}

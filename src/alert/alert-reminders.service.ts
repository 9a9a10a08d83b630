import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Channels } from '../notification/channels.service.js';
import { AlertNews } from './alert-news.service.js';
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
  ) {}

  /** Tells what is due; what was told stays told. Stops after the batch under way when `stop` aborts. */
  async run(stop: AbortSignal): Promise<void> {
    const channels = await this.channels.thatRemind();
    if (channels.length === 0) return;
    for (let after = 0; !stop.aborted;) {
      const alerts = await this.unitOfWork.repository(Alert).find({
        where: { openPlatformId: Not(IsNull()), id: MoreThan(after) },
        order: { id: 'ASC' },
        take: BATCH,
      });
      for (const alert of alerts) {
        after = alert.id;
        for (const channel of channels) {
          const slot = reminderSlot(alert, channel, this.clock.now());
          if (slot) await this.news.remind(alert.id, channel.id, slot);
        }
      }
      if (alerts.length < BATCH) return;
    }
  }
}

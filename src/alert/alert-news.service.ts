import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { EventType } from '../notification/message.js';
import { Outbox } from '../notification/outbox/outbox.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { newsOf } from './alert-news.rules.js';
import { Alert } from './alert.entity.js';
import { alertView } from './alert.view.js';
import type { TimelineLine } from './timeline.service.js';

/** Tells others of alerts, in the unit of work that changes them. */
@Injectable()
export class AlertNews {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly enrichment: AlertEnrichment,
  ) {}

  /** @param alert as the change leaves it @param lines the change on its timeline */
  async changed(alert: Alert, lines: readonly TimelineLine[]): Promise<void> {
    const type = newsOf(alert.state, lines);
    if (!type || !(await this.outbox.isListening())) return;
    const key = `${type}:${alert.id}:${alert.version}`;
    const { updatedAt } = alert;
    await this.tell(type, alert.id, key);
    // After the step that gives changes their order, which may move the time of this one.
    this.unitOfWork.lastly(`news ${key}`, async () => {
      if (alert.updatedAt > updatedAt) {
        await this.outbox.amend(key, { updatedAt: alert.updatedAt.toISOString() });
      }
    });
  }

  /**
   * An open alert is told again, to one channel.
   * @param slot which of its reminders it is
   */
  async remind(alertId: number, channelId: number, slot: string): Promise<void> {
    await this.tell('alert.updated', alertId, `alert.reminder:${alertId}:${channelId}:${slot}`, {
      channelIds: [channelId],
      isReminder: true,
    });
  }

  private async tell(
    type: EventType,
    id: number,
    key: string,
    more: { channelIds?: number[]; isReminder?: boolean } = {},
  ): Promise<void> {
    const alert = await this.unitOfWork
      .repository(Alert)
      .findOneOrFail({ where: { id }, relations: { platform: true } });
    const { tags = [], ownerEmail = '' } = alert.platform ?? {};
    await this.outbox.tell({
      key,
      type,
      subject: `alert:${id}`,
      severity: alert.severity,
      platform: { tags, ownerEmail: ownerEmail === '' ? null : ownerEmail },
      ...more,
      data: async () => {
        const view = alertView(await this.enrichment.enrichOne(alert));
        return more.isReminder ? Object.assign(view, { reminder: true }) : view;
      },
    });
  }
}

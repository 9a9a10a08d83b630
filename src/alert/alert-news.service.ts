import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { EventType, NotificationEvent } from '../notification/message.js';
import { Outbox } from '../notification/outbox/outbox.js';
import { PlatformService } from '../platform/platform.service.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { newsOf, toldPlatform } from './alert-news.rules.js';
import { Alert } from './alert.entity.js';
import { alertView } from './alert.view.js';
import type { TimelineLine } from './timeline.service.js';

/** One reminder of an alert, for one channel. */
export interface Reminder {
  /** Of the outbox: it is told once. */
  key: string;
  channelId: number;
}

/** Tells others of alerts, in the unit of work that changes them. */
@Injectable()
export class AlertNews {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly enrichment: AlertEnrichment,
    private readonly platforms: PlatformService,
  ) {}

  /** @param alert as the change leaves it @param lines the change on its timeline */
  async changed(alert: Alert, lines: readonly TimelineLine[]): Promise<void> {
    const type = newsOf(alert.state, lines);
    if (!type || !(await this.outbox.isListening())) return;
    const key = `${type}:${alert.id}:${alert.version}`;
    const { updatedAt } = alert;
    await this.tell(type, await this.find(alert.id), key);
    // After the step that gives changes their order, which may move the time of this one.
    this.unitOfWork.lastly(`news ${key}`, async () => {
      if (alert.updatedAt > updatedAt) {
        await this.outbox.amend(key, { updatedAt: alert.updatedAt.toISOString() });
      }
    });
  }

  /** An alert is told again, to each of some channels, if it is still open. */
  async remind({ id, platformId }: Alert, due: readonly Reminder[]): Promise<void> {
    await this.unitOfWork.run(async () => {
      // A scan or a person may settle it at the same time.
      await this.platforms.lock(platformId);
      const alert = await this.find(id);
      if (alert.openPlatformId === null) return;
      let view: object | null = null;
      const data = async () => (view ??= { ...(await this.viewOf(alert)), reminder: true });
      for (const { key, channelId } of due) {
        const more = { channelIds: [channelId], isReminder: true, data };
        await this.tell('alert.updated', alert, key, more);
      }
    });
  }

  private async tell(
    type: EventType,
    alert: Alert,
    key: string,
    more: Partial<NotificationEvent> = {},
  ): Promise<void> {
    await this.outbox.tell({
      key,
      type,
      subject: `alert:${alert.id}`,
      severity: alert.severity,
      platform: toldPlatform(alert.platform),
      data: () => this.viewOf(alert),
      ...more,
    });
  }

  private async viewOf(alert: Alert): Promise<object> {
    return alertView(await this.enrichment.enrichOne(alert));
  }

  private find(id: number): Promise<Alert> {
    return this.unitOfWork
      .repository(Alert)
      .findOneOrFail({ where: { id }, relations: { platform: true } });
  }
}

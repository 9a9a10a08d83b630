import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Outbox } from '../notification/outbox/outbox.js';
import { showId } from '../web/ids.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { toldPlatform } from './alert-news.rules.js';
import { alertView } from './alert.view.js';
import { Dispute } from './dispute.entity.js';
import { DisputeList, type ListedDispute } from './dispute-list.service.js';

/** So many are looked at before others get their turn. */
const MOST_AT_ONCE = 200;

/** Tells that the day has come to ask a vendor again. */
@Injectable()
export class DisputeDue {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly list: DisputeList,
    private readonly outbox: Outbox,
    private readonly enrichment: AlertEnrichment,
  ) {}

  /**
   * Tells of every dispute whose follow-up date has come, once for each date. Without a channel
   * nothing is told, nor later forgotten.
   * @returns how many were told
   */
  async tell(): Promise<number> {
    if (!(await this.outbox.isListening())) return 0;
    let told = 0;
    for (const one of await this.list.untold(MOST_AT_ONCE)) {
      if (await this.tellOne(one)) told += 1;
    }
    return told;
  }

  private async tellOne({ dispute: { id, followUpOn }, detection }: ListedDispute) {
    return this.unitOfWork.run(async () => {
      const disputes = this.unitOfWork.repository(Dispute);
      const where = { id, followUpOn };
      // Another instance may look at the same time, or somebody answer for the vendor.
      const dispute = await disputes.findOne({ where, lock: this.unitOfWork.forUpdate });
      if (dispute?.openEngineId == null || dispute.toldFor === followUpOn) return false;
      await disputes.update(id, { toldFor: followUpOn });
      if (!detection?.alert?.platform) return false;
      const { alert } = detection;
      await this.outbox.tell({
        key: `dispute.due:${id}:${followUpOn}`,
        type: 'dispute.due',
        subject: `alert:${alert.id}`,
        severity: alert.severity,
        platform: toldPlatform(alert.platform),
        isUrgent: false,
        data: async () => {
          const view = alertView(await this.enrichment.enrichOne(alert));
          const flag = view.detections.find(({ id: one }) => one === showId(detection.id));
          return { alert: view, detection: flag ?? null, dispute: flag?.dispute ?? null };
        },
      });
      return true;
    });
  }
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PlatformService } from '../platform/platform.service.js';
import { NotFoundError } from '../web/domain-error.js';
import { AlertEnrichment, type EnrichedDetection } from './alert-enrichment.service.js';
import { Alert } from './alert.entity.js';
import { AlertChangedError } from './alert.errors.js';
import { AlertKeeper } from './alert-keeper.service.js';
import { DisputeKeeper } from './dispute-keeper.service.js';
import { DisputeRefusedError } from './dispute.errors.js';
import { type DisputeChange, disputeAfter, isSameDispute } from './dispute.rules.js';
import { disputeFacts, isStanding } from './dispute-facts.js';
import type { TimelineLine } from './timeline.service.js';

/** A change of a dispute that a person or a token makes. */
export interface DisputeRequest extends DisputeChange {
  /** A comment on the alert, beside the change. */
  note?: string;
  /** The alert's version that the change was made from; absent means whatever it is now. */
  version?: number;
  /** The vendor was asked once more, though nothing else may have changed. */
  isAskedAgain?: boolean;
}

/** What people record of asking a vendor, detection by detection. */
@Injectable()
export class DisputeService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly disputes: DisputeKeeper,
    private readonly platforms: PlatformService,
    private readonly alerts: AlertKeeper,
    private readonly enrichment: AlertEnrichment,
  ) {}

  /**
   * Records what a vendor was asked or answered. What is so already changes nothing. Every alert
   * that lists a detection of the dispute gets its line and its next version; the note goes to the
   * one that was named.
   * @param actor who asks, for the timeline
   * @throws NotFoundError, AlertChangedError on another version, DisputeRefusedError
   */
  async set(
    alertId: number,
    detectionId: number,
    request: DisputeRequest,
    actor: string,
  ): Promise<Alert> {
    return this.unitOfWork.run(async () => {
      const { platformId } = (await this.find(alertId, detectionId)).alert;
      // Keeps a scan's judgement and a person's change apart.
      await this.platforms.lock(platformId);
      const { alert, found } = await this.find(alertId, detectionId);
      const { version, note } = request;
      if (version !== undefined && version !== alert.version) {
        throw new AlertChangedError(alert.version);
      }
      const before = disputeFacts(found.detection.dispute);
      const result = disputeAfter(before, request, {
        today: this.disputes.today(),
        isStanding: isStanding(found.detection),
        vendorContact: found.vendor?.contact ?? '',
      });
      if ('complaint' in result) throw new DisputeRefusedError(result.complaint);
      const { after } = result;
      const isAskedAgain = request.isAskedAgain === true && before.state === 'reported';
      if (isAskedAgain && !isStanding(found.detection)) {
        throw new DisputeRefusedError({ field: 'state', message: 'dispute.error.notStanding' });
      }
      const lines: TimelineLine[] = [];
      const others: number[] = [];
      if (isAskedAgain || !isSameDispute(before, after)) {
        const again = isAskedAgain ? { isAskedAgain } : {};
        lines.push({
          kind: 'dispute_changed',
          data: { engine: found.engine, from: before.state, ...after, ...again },
        });
        const by = { actor, isAskedAgain };
        others.push(...(await this.disputes.write(found.detection, before, after, by)));
      }
      for (const id of others.filter((other) => other !== alertId)) {
        const other = await this.alerts.find(id);
        if (other) await this.alerts.save(other, lines, actor);
      }
      if (note) lines.push({ kind: 'comment', data: { text: note } });
      return lines.length === 0 ? alert : this.alerts.save(alert, lines, actor);
    });
  }

  /** A detection of an alert, with its alert and platform. */
  private async find(
    alertId: number,
    detectionId: number,
  ): Promise<{ alert: Alert; found: EnrichedDetection }> {
    const alert = await this.unitOfWork
      .repository(Alert)
      .findOne({ where: { id: alertId }, relations: { platform: true } });
    if (!alert) throw new NotFoundError();
    const { detections } = await this.enrichment.enrichOne(alert);
    const found = detections.find(({ detection }) => detection.id === detectionId);
    if (!found) throw new NotFoundError();
    return { alert, found };
  }
}

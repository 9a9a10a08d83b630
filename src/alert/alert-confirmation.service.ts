import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PlatformService } from '../platform/platform.service.js';
import { AlertKeeper } from './alert-keeper.service.js';
import { Alert } from './alert.entity.js';
import { DetectionService } from './detection.service.js';
import { isTooLate, isUnconfirmed } from './confirmation.rules.js';

const BATCH = 50;

/** Alerts whose flag by one engine alone is to be confirmed by a re-scan of the platform. */
@Injectable()
export class AlertConfirmations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly platforms: PlatformService,
    private readonly alerts: AlertKeeper,
    private readonly detections: DetectionService,
  ) {}

  /** Those that are due, the earliest first; a bounded number. */
  async due(): Promise<Pick<Alert, 'id' | 'platformId'>[]> {
    return this.unitOfWork.repository(Alert).find({
      select: { id: true, platformId: true },
      where: { confirmAt: LessThanOrEqual(this.clock.now()) },
      order: { confirmAt: 'ASC', id: 'ASC' },
      take: BATCH,
    });
  }

  /**
   * Ends what needs no re-scan any more: the alert is settled, the engine flagged the platform again
   * or cleared it meanwhile, the platform is scanned no more, or it is too late. Nothing is locked: every instance looks every minute,
   * and who begins a re-scan holds the platform.
   * @returns true while one is needed
   */
  async isNeeded(id: number): Promise<boolean> {
    const alert = await this.alerts.find(id);
    if (!alert?.confirmAt) return false;
    const { confirmAt } = alert;
    const now = this.clock.now();
    const { isActive, archivedAt } = await this.platforms.get(alert.platformId);
    const flags = (await this.detections.ofAlerts([id])).get(id) ?? [];
    const isNeeded =
      alert.openPlatformId !== null &&
      isActive &&
      archivedAt === null &&
      isUnconfirmed(confirmAt, flags) &&
      !isTooLate(confirmAt, now);
    // No change of the alert that anybody is told of.
    if (!isNeeded) await this.end(id, now);
    return isNeeded;
  }

  /**
   * Takes the re-scan of an alert for the caller, inside the unit of work that begins it: there is
   * one, however many instances look.
   * @returns false when somebody else took it
   */
  async take(id: number, scan: string): Promise<boolean> {
    const alert = await this.lock(id);
    if (!alert?.confirmAt) return false;
    alert.confirmAt = null;
    alert.confirmedAt = this.clock.now();
    await this.alerts.save(alert, [{ kind: 'confirmation_begun', data: { scan } }]);
    return true;
  }

  private async end(id: number, confirmedAt: Date): Promise<void> {
    await this.unitOfWork.run(() =>
      this.unitOfWork.repository(Alert).update({ id }, { confirmAt: null, confirmedAt }),
    );
  }

  private async lock(id: number): Promise<Alert | null> {
    const alert = await this.alerts.find(id);
    if (!alert) return null;
    await this.platforms.lock(alert.platformId);
    return this.alerts.find(id);
  }
}

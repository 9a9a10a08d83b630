import { Injectable } from '@nestjs/common';
import { IsNull, Not, type Repository } from 'typeorm';
import { AuditTrail } from '../access/audit-trail.service.js';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { alertAudit } from './alert-audit.rules.js';
import { numberAtTheEnd } from './alert-order.js';
import { AlertNews } from './alert-news.service.js';
import { Alert } from './alert.entity.js';
import type { AlertReason, AlertState } from './alert.rules.js';
import { SYSTEM, type TimelineLine, TimelineService } from './timeline.service.js';

/**
 * The rows of alerts. Every change of one passes here, so that each has its version and its lines
 * on the timeline. Every method joins a unit of work that holds the platform's lock.
 */
@Injectable()
export class AlertKeeper {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly timeline: TimelineService,
    private readonly audit: AuditTrail,
    private readonly news: AlertNews,
  ) {}

  /** The platform's open alert, or null. */
  async openOf(platformId: number): Promise<Alert | null> {
    return this.alerts.findOneBy({ openPlatformId: platformId });
  }

  /** The platform's open alert, else the one that was settled last; null if it never had one. */
  async latestOf(platformId: number): Promise<Alert | null> {
    const open = await this.openOf(platformId);
    return (
      open ??
      this.alerts.findOne({
        where: { platformId, resolvedAt: Not(IsNull()) },
        order: { resolvedAt: 'DESC', id: 'DESC' },
      })
    );
  }

  async find(id: number): Promise<Alert | null> {
    return this.alerts.findOneBy({ id });
  }

  /** Opens an alert; its severity and lines come with the first `save`. */
  async open(platformId: number, previousAlertId: number | null): Promise<Alert> {
    const now = this.clock.now();
    return this.alerts.save({
      version: 0,
      platformId,
      openPlatformId: platformId,
      state: 'new',
      severity: 'low',
      reason: null,
      assignee: null,
      previousAlertId,
      openedAt: now,
      updatedAt: now,
      resolvedAt: null,
      changeSeq: 0,
      confirmAt: null,
      confirmedAt: null,
    });
  }

  /** Makes an alert settled, in memory: `save` writes it. */
  settle(alert: Alert, state: AlertState, reason: AlertReason | null): void {
    alert.state = state;
    alert.reason = reason;
    alert.resolvedAt = this.clock.now();
    alert.openPlatformId = null;
  }

  /** Makes a settled alert open again, in memory: `save` writes it. */
  reopen(alert: Alert): void {
    alert.state = 'in_progress';
    alert.reason = null;
    alert.resolvedAt = null;
    alert.openPlatformId = alert.platformId;
  }

  /**
   * Writes a changed alert under its next version, with the lines that tell of the change. What
   * somebody did goes to the audit trail as well; what a scan did is on the timeline alone. Whoever
   * wants to hear of it is told.
   */
  async save(alert: Alert, lines: readonly TimelineLine[], actor: string = SYSTEM): Promise<Alert> {
    alert.version += 1;
    alert.updatedAt = this.clock.now();
    await this.alerts.save(alert);
    numberAtTheEnd(this.unitOfWork, alert);
    await this.timeline.add(alert, actor, lines);
    if (actor !== SYSTEM) await this.audit.record(alertAudit(alert, lines));
    await this.news.changed(alert, lines);
    return alert;
  }

  private get alerts(): Repository<Alert> {
    return this.unitOfWork.repository(Alert);
  }
}

import { Injectable } from '@nestjs/common';
import { Not, type SelectQueryBuilder } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PlatformService } from '../platform/platform.service.js';
import { NotFoundError } from '../web/domain-error.js';
import { showId } from '../web/ids.js';
import {
  keysetBatches,
  type KeysetOrder,
  keysetPage,
  type Page,
  type PageQuery,
} from '../web/paging.js';
import { orderOf } from '../web/sorting.js';
import { AcceptanceService } from './acceptance.service.js';
import { type AlertFilter, narrow } from './alert-filter.js';
import { ALERT_SORTS } from './alert-sort.js';
import { Alert } from './alert.entity.js';
import { AlertChangedError, NewerAlertOpenError, StateChangeRefusedError } from './alert.errors.js';
import { AlertKeeper } from './alert-keeper.service.js';
import {
  type AlertReason,
  type AlertState,
  isAccepting,
  isSettled,
  type Severity,
  stateChangeComplaint,
} from './alert.rules.js';
import { DetectionService } from './detection.service.js';
import type { TimelineLine } from './timeline.service.js';

const MOST_OTHERS = 10;

const NEWEST_FIRST: KeysetOrder = { columns: ['alert.id'], direction: 'DESC' };
const CHANGED_LONGEST_AGO_FIRST: KeysetOrder = { columns: ['alert.changeSeq'], direction: 'ASC' };

/** A change that a person or a token makes; what is absent stays. */
export interface AlertChange {
  state?: AlertState;
  reason?: AlertReason | null;
  note?: string;
  assignee?: string | null;
  /** The version that the change was made from; absent means whatever it is now. */
  version?: number;
}

/** Alerts, and their lives after a scan opened them. */
@Injectable()
export class AlertService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly platforms: PlatformService,
    private readonly alerts: AlertKeeper,
    private readonly detections: DetectionService,
    private readonly acceptances: AcceptanceService,
  ) {}

  /** One alert, with its platform. @throws NotFoundError */
  async get(id: number): Promise<Alert> {
    const alert = await this.unitOfWork
      .repository(Alert)
      .findOne({ where: { id }, relations: { platform: true } });
    if (!alert) throw new NotFoundError();
    return alert;
  }

  /**
   * Alerts with their platforms, newest first unless `sort` says otherwise. With `updatedSince` those
   * that changed longest ago come first, in the order in which the changes were committed: what
   * changes while one pages, or pages again from the last `updatedAt` that one got, comes later and
   * is never left out.
   */
  async list(filter: AlertFilter, page: PageQuery & { sort?: string }): Promise<Page<Alert>> {
    return keysetPage(this.query(filter), inOrder(filter, page.sort), page);
  }

  /** All alerts that are meant, a bounded batch at a time, in the order of `list`. */
  batches(filter: AlertFilter, sort?: string): AsyncGenerator<Alert[]> {
    return keysetBatches(() => this.query(filter), inOrder(filter, sort));
  }

  /** The other alerts of an alert's platform, newest first, the last ten alone. */
  async othersOfPlatform({ id, platformId }: Alert): Promise<Alert[]> {
    return this.unitOfWork.repository(Alert).find({
      where: { platformId, id: Not(id) },
      order: { id: 'DESC' },
      take: MOST_OTHERS,
    });
  }

  /** How many alerts are not settled, by severity. */
  async openBySeverity(): Promise<Record<Severity, number>> {
    const rows = await this.unitOfWork
      .repository(Alert)
      .createQueryBuilder('alert')
      .select('alert.severity', 'severity')
      .addSelect('COUNT(*)', 'count')
      .where('alert.openPlatformId IS NOT NULL')
      .groupBy('alert.severity')
      .getRawMany<{ severity: Severity; count: number | string }>();
    const counts = { critical: 0, high: 0, medium: 0, low: 0 };
    for (const { severity, count } of rows) counts[severity] = Number(count);
    return counts;
  }

  /**
   * Changes state, assignee, or adds a note. What the alert is already changes nothing: neither
   * its version, nor `updatedAt`, nor its timeline.
   * @param actor who asks, for the timeline
   * @throws NotFoundError, AlertChangedError on another version, StateChangeRefusedError,
   *   NewerAlertOpenError when it would be the platform's second open alert
   */
  async change(id: number, change: AlertChange, actor: string): Promise<Alert> {
    return this.unitOfWork.run(async () => {
      const alert = await this.lock(id);
      const { version, state, reason, assignee, note } = change;
      if (version !== undefined && version !== alert.version) {
        throw new AlertChangedError(alert.version);
      }
      const complaint = stateChangeComplaint(alert, { state, reason });
      if (complaint) throw new StateChangeRefusedError(complaint);

      const lines: TimelineLine[] = [];
      if (state !== undefined && state !== alert.state) {
        lines.push(...(await this.changeState(alert, state, reason ?? null)));
        const live = await this.detections.live(alert.platformId);
        await this.platforms.recordFlag(
          alert.platformId,
          live.some((detection) => detection.state !== 'accepted'),
        );
      }
      if (assignee !== undefined && assignee !== alert.assignee) {
        alert.assignee = assignee;
        lines.push({ kind: 'assigned', data: { assignee } });
      }
      if (note) lines.push({ kind: 'comment', data: { text: note } });
      return lines.length === 0 ? alert : this.alerts.save(alert, lines, actor);
    });
  }

  /** Adds a comment. @throws NotFoundError */
  async comment(id: number, text: string, actor: string): Promise<Alert> {
    return this.change(id, { note: text }, actor);
  }

  /**
   * Settles the open alert of a platform that is monitored no more. Joins the unit of work that
   * archives it, which must hold the platform's lock.
   */
  async platformRemoved(platformId: number): Promise<void> {
    await this.unitOfWork.run(async () => {
      const alert = await this.alerts.openOf(platformId);
      if (alert) {
        this.alerts.settle(alert, 'resolved', 'platform_removed');
        await this.alerts.save(alert, [{ kind: 'platform_removed' }]);
      }
      await this.detections.retirePlatform(platformId);
    });
  }

  private query(filter: AlertFilter): SelectQueryBuilder<Alert> {
    const query = this.unitOfWork
      .repository(Alert)
      .createQueryBuilder('alert')
      .innerJoinAndSelect('alert.platform', 'platform');
    narrow(query, filter);
    return query;
  }

  /** The platform's lock keeps a scan's judgement and a person's change apart. */
  private async lock(id: number): Promise<Alert> {
    const { platformId } = await this.get(id);
    await this.platforms.lock(platformId);
    return this.get(id);
  }

  private async changeState(
    alert: Alert,
    state: AlertState,
    reason: AlertReason | null,
  ): Promise<TimelineLine[]> {
    const { id, platformId, state: from, severity } = alert;
    const lines: TimelineLine[] = [];
    if (isSettled(state)) {
      if (isAccepting(state, reason)) await this.acceptances.accept(id, platformId);
      if (reason === 'engine_gone') {
        for (const engine of await this.detections.retireSilent(id)) {
          lines.push({ kind: 'detection_silent', data: { engine } });
        }
      }
      this.alerts.settle(alert, state, reason);
    } else if (isSettled(from)) {
      await this.reopen(alert);
    } else {
      alert.state = state;
    }
    lines.push({ kind: 'state_changed', data: { from, to: state, reason } });
    if (alert.severity !== severity) {
      lines.push({ kind: 'severity_changed', data: { from: severity, to: alert.severity } });
    }
    return lines;
  }

  private async reopen(alert: Alert): Promise<void> {
    const { id, platformId } = alert;
    const open = await this.alerts.openOf(platformId);
    if (open) throw new NewerAlertOpenError(showId(open.id));
    this.alerts.reopen(alert);
    await this.detections.gatherUnder(id, platformId);
    await this.acceptances.withdraw(id, platformId);
    alert.severity = (await this.detections.severity(id)) ?? alert.severity;
  }
}

function inOrder({ updatedSince }: AlertFilter, sort: string | undefined): KeysetOrder {
  if (updatedSince) return CHANGED_LONGEST_AGO_FIRST;
  return sort === undefined ? NEWEST_FIRST : orderOf(ALERT_SORTS, sort);
}

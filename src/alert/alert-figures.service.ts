import { Injectable } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Platform } from '../platform/platform.entity.js';
import { PlatformService } from '../platform/platform.service.js';
import { AGE_BOUNDS, ALERT_AGES, type AlertAge, daysBefore } from './alert-age.rules.js';
import { Alert } from './alert.entity.js';
import { SEVERITIES, type Severity } from './alert.rules.js';
import { Detection } from './detection.entity.js';

/** How many alerts are not settled, by severity and age. */
export type OpenAlertCounts = Record<Severity, Record<AlertAge, number>>;

/** A platform that is flagged now. */
export interface FlaggedPlatform {
  platform: Platform;
  /** Engines that flag it and are not accepted. */
  flags: number;
  /** Its alert that is not settled; null while too few engines flag, or after it was settled. */
  alert: Alert | null;
  /** When its alert was opened, else when the first of those engines began to flag it. */
  since: Date;
}

/** The worst first; a platform without an alert after all that have one. */
const URGENCY = `CASE alert.severity ${SEVERITIES.map(
  (severity, index) => `WHEN '${severity}' THEN ${index}`,
).join(' ')} ELSE ${SEVERITIES.length} END`;

/** Figures of alerts, for whoever looks at all of them at once. Reads alone. */
@Injectable()
export class AlertFigures {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly platforms: PlatformService,
  ) {}

  /** Open alerts by severity and age; each number is the total of the list with those filters. */
  async openByAge(): Promise<OpenAlertCounts> {
    const now = this.clock.now();
    const query = this.unitOfWork
      .repository(Alert)
      .createQueryBuilder('alert')
      .select('alert.severity', 'severity')
      .where('alert.openPlatformId IS NOT NULL')
      .groupBy('alert.severity');
    for (const age of ALERT_AGES) {
      const { from, until } = AGE_BOUNDS[age];
      const bounds = [
        ...(from > 0 ? [`alert.openedAt <= :${age}From`] : []),
        ...(until === null ? [] : [`alert.openedAt > :${age}Until`]),
      ];
      query.addSelect(`SUM(CASE WHEN ${bounds.join(' AND ')} THEN 1 ELSE 0 END)`, age);
      query.setParameter(`${age}From`, daysBefore(now, from));
      query.setParameter(`${age}Until`, daysBefore(now, until ?? 0));
    }
    const rows = await query.getRawMany<
      { severity: Severity } & Record<AlertAge, number | string>
    >();
    const counts = { day: 0, week: 0, month: 0, older: 0 };
    const bySeverity: OpenAlertCounts = {
      critical: { ...counts },
      high: { ...counts },
      medium: { ...counts },
      low: { ...counts },
    };
    for (const row of rows) {
      for (const age of ALERT_AGES) bySeverity[row.severity][age] = Number(row[age]);
    }
    return bySeverity;
  }

  /** Platforms that are flagged, the most severe and then the oldest first. @param most so many */
  async flaggedPlatforms(most: number): Promise<FlaggedPlatform[]> {
    const rows = await this.unitOfWork
      .repository(Detection)
      .createQueryBuilder('detection')
      .innerJoin('detection.platform', 'platform')
      .leftJoin(Alert, 'alert', 'alert.openPlatformId = detection.platformId')
      .select('detection.platformId', 'platformId')
      .addSelect(URGENCY, 'urgency')
      .where('detection.liveEngineId IS NOT NULL')
      .andWhere("detection.state <> 'accepted'")
      .andWhere('platform.archivedAt IS NULL')
      .groupBy('detection.platformId')
      .addGroupBy('alert.severity')
      .addGroupBy('alert.openedAt')
      .orderBy('urgency', 'ASC')
      .addOrderBy('alert.openedAt', 'ASC')
      .addOrderBy('detection.platformId', 'ASC')
      .limit(most)
      .getRawMany<{ platformId: number }>();
    return this.flagged(rows.map(({ platformId }) => platformId));
  }

  private async flagged(ids: readonly number[]): Promise<FlaggedPlatform[]> {
    if (ids.length === 0) return [];
    const platforms = await this.platforms.findMany(ids);
    const alerts = await this.unitOfWork.repository(Alert).findBy({ openPlatformId: In([...ids]) });
    const flags = await this.unitOfWork.repository(Detection).find({
      select: { id: true, platformId: true, firstSeenAt: true },
      where: { platformId: In([...ids]), liveEngineId: Not(IsNull()), state: Not('accepted') },
      order: { firstSeenAt: 'ASC', id: 'ASC' },
    });
    return platforms.map((platform) => {
      const own = flags.filter(({ platformId }) => platformId === platform.id);
      const alert = alerts.find(({ platformId }) => platformId === platform.id) ?? null;
      const since = alert?.openedAt ?? own[0]?.firstSeenAt ?? this.clock.now();
      return { platform, flags: own.length, alert, since };
    });
  }
}

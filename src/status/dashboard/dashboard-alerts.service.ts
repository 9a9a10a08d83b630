import { Injectable } from '@nestjs/common';
import {
  AlertFigures,
  type FlaggedPlatform,
  type OpenAlertCounts,
} from '../../alert/alert-figures.service.js';
import { DetectionFigures, type FlaggingEngine } from '../../alert/detection-figures.service.js';
import { dayOf } from '../../alert/dispute.rules.js';
import { DisputeQuery } from '../../alert/dispute.dto.js';
import { DisputeList, type ListedDispute } from '../../alert/dispute-list.service.js';
import { Clock } from '../../config/clock.js';
import { type PlatformCounts, PlatformFigures } from '../../platform/platform-figures.service.js';
import type { Page } from '../../web/paging.js';

/** What needs work. */
export interface DashboardFigures {
  platforms: PlatformCounts;
  flagged: FlaggedPlatform[];
  openAlerts: OpenAlertCounts;
  engines: FlaggingEngine[];
  disputesDue: Page<ListedDispute>;
  /** The day in UTC, by which they are due. */
  today: string;
}

/** Of each list so many are shown; the list itself has all. */
const MOST_PLATFORMS = 8;
const MOST_ENGINES = 10;
const MOST_DISPUTES = 5;

/** Gathers what needs work, in one round of queries. */
@Injectable()
export class DashboardAlerts {
  constructor(
    private readonly alerts: AlertFigures,
    private readonly detections: DetectionFigures,
    private readonly disputes: DisputeList,
    private readonly platforms: PlatformFigures,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<DashboardFigures> {
    const due = Object.assign(new DisputeQuery(), { show: 'due', limit: MOST_DISPUTES });
    return {
      platforms: await this.platforms.counts(),
      flagged: await this.alerts.flaggedPlatforms(MOST_PLATFORMS),
      openAlerts: await this.alerts.openByAge(),
      engines: await this.detections.topEngines(MOST_ENGINES),
      disputesDue: await this.disputes.page(due),
      today: dayOf(this.clock.now()),
    };
  }
}

import { Controller, Get, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { Role } from '../../access/rights.js';
import { disputeRow } from '../../alert/dispute-page.view.js';
import { ApiExcludeController } from '../../web/api-doc.js';
import { barLengths } from '../../web/charts/bars.rules.js';
import { loadChartTools } from '../../web/charts/chart-tools.js';
import { translator } from '../../web/translator.js';
import { FirstStepsService } from '../first-steps/first-steps.service.js';
import { DashboardAlerts } from './dashboard-alerts.service.js';
import { DashboardScans } from './dashboard-scans.service.js';
import { alertMatrix, engineRows, flaggedRow } from './dashboard.view.js';
import { DetectionChart } from './detection-chart.service.js';
import { detectionChartModel } from './detection-chart.view.js';
import { scanningModel, stepsModel } from './scanning.view.js';

const t = translator();

/** What anyone wants to know first: what is flagged, how it goes, and what is to be done next. */
@ApiExcludeController()
@Controller()
export class DashboardPages {
  constructor(
    private readonly figures: DashboardAlerts,
    private readonly scans: DashboardScans,
    private readonly chart: DetectionChart,
    private readonly steps: FirstStepsService,
  ) {}

  @Get()
  @Render('status/dashboard')
  async dashboard(@Req() request: Request): Promise<object> {
    const scanning = await this.scans.read();
    const figures = await this.figures.read();
    const { platforms, flagged, openAlerts, engines, disputesDue, today } = figures;
    const overTime = await this.chart.draw();
    const lengths = barLengths(
      engines.map(({ detections }) => detections),
      await loadChartTools(),
    );
    return {
      pageTitle: t('status.dashboard'),
      ...stepsModel(await this.steps.of(roleOf(request)), scanning),
      platforms,
      hasMoreFlagged: platforms.flagged > flagged.length,
      isAnythingKnown: flagged.length > 0 || overTime.days.some(({ counts }) => counts !== null),
      flagged: flagged.map(flaggedRow),
      matrix: alertMatrix(openAlerts),
      overTime: detectionChartModel(overTime),
      engines: engineRows(engines, lengths),
      scripts: scanning.progress === null ? [] : ['js/scan-progress.js'],
      scanning: scanningModel(scanning),
      disputes: disputesDue.items.map((one) => disputeRow(one, new Map(), today)),
      disputesDue: disputesDue.total,
    };
  }
}

/** The guard lets no token see a page. */
function roleOf({ actor }: Request): Role {
  return actor?.kind === 'user' ? actor.role : 'viewer';
}

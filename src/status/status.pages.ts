import { Controller, Get, Render, Req } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import type { Request } from 'express';
import { AlertService } from '../alert/alert.service.js';
import { SEVERITIES } from '../alert/alert.rules.js';
import { VERSION } from '../config/version.js';
import { PlatformService } from '../platform/platform.service.js';
import { ScanOutlook } from '../scan/scan-outlook.service.js';
import { VendorService } from '../vendor/vendor.service.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import type { ScanAtAGlance, ScanningStatus } from './scanning-status.service.js';
import { ScanningStatusService } from './scanning-status.service.js';

/** The dashboard, and the operator's page. */
@ApiExcludeController()
@Controller()
export class StatusPages {
  constructor(
    private readonly scanning: ScanningStatusService,
    private readonly alerts: AlertService,
    private readonly platforms: PlatformService,
    private readonly vendors: VendorService,
    private readonly outlook: ScanOutlook,
  ) {}

  @Get()
  @Render('status/dashboard')
  async dashboard(@Req() request: Request): Promise<object> {
    const status = await this.scanning.status();
    const bySeverity = await this.alerts.openBySeverity();
    const flagged = await this.platforms.list({ state: 'flagged' }, { limit: 10 });
    const activePlatforms = await this.platforms.countActive();
    const vendors = await this.vendors.list({}, { limit: 1 });
    const openAlerts = Object.values(bySeverity).reduce((sum, count) => sum + count, 0);
    const steps = {
      key: status.integration === 'active',
      platforms: activePlatforms > 0,
      vendors: vendors.total > 0,
    };
    return {
      pageTitle: translator()('status.dashboard'),
      status: statusModel(status),
      openAlerts,
      severities: SEVERITIES.map((severity) => ({ severity, count: bySeverity[severity] })),
      flagged: flagged.items.map(({ id, name, url }) => ({ id: showId(id), name, url })),
      flaggedTotal: flagged.total,
      activePlatforms,
      steps,
      isStarting: !(steps.key && steps.platforms && steps.vendors),
      isAdmin: request.actor?.kind === 'user' && request.actor.role === 'admin',
    };
  }

  @Get('status')
  @Render('status/show')
  async show(): Promise<object> {
    const status = await this.scanning.status();
    const open = await Promise.all(
      status.open.map(async ({ scan, counts }) =>
        Object.assign(scanModel({ scan, counts }), {
          waits: await this.outlook.wait(scan, counts),
          needs: await this.outlook.need(scan, counts),
        }),
      ),
    );
    return {
      pageTitle: translator()('status.title'),
      status: { ...statusModel(status), open },
      version: VERSION,
    };
  }
}

function statusModel(status: ScanningStatus) {
  const running = status.open.find(({ scan }) => scan.isOverAll);
  const { day, month } = status.budget;
  return {
    integration: status.integration,
    keyProblem: status.keyProblem,
    isOverdue: status.isOverdue,
    isWell: !status.isOverdue && status.keyProblem === null,
    nextScanAt: status.nextScanAt,
    lastScan: status.lastScan ? scanModel(status.lastScan) : null,
    running: running ? scanModel(running) : null,
    open: status.open.map(scanModel),
    tasksLeft: status.open.reduce((sum, { counts }) => sum + counts.pending + counts.submitted, 0),
    quotas: [
      {
        period: 'today',
        ...day,
        isByOthers: day.usedByOthers > 0,
        all: day.used + day.usedByOthers,
      },
      {
        period: 'thisMonth',
        ...month,
        isByOthers: month.usedByOthers > 0,
        all: month.used + month.usedByOthers,
      },
    ],
  };
}

function scanModel({ scan, counts }: ScanAtAGlance) {
  return {
    id: showId(scan.id),
    state: scan.state,
    reason: scan.reason,
    waitingUntil: scan.waitingUntil,
    startedAt: scan.startedAt,
    finishedAt: scan.finishedAt,
    requestsUsed: scan.requestsUsed,
    counts,
    done: counts.completed + counts.failed + counts.skipped,
  };
}

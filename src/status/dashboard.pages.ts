import { Controller, Get, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { SEVERITIES } from '../alert/alert.rules.js';
import { AlertService } from '../alert/alert.service.js';
import { PlatformService } from '../platform/platform.service.js';
import { VendorService } from '../vendor/vendor.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import { ScanningStatusService } from './scanning-status.service.js';
import { statusModel } from './status.view.js';

/** What anyone wants to know first. */
@ApiExcludeController()
@Controller()
export class DashboardPages {
  constructor(
    private readonly scanning: ScanningStatusService,
    private readonly alerts: AlertService,
    private readonly platforms: PlatformService,
    private readonly vendors: VendorService,
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
}

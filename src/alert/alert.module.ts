import { Module } from '@nestjs/common';
import { AuditModule } from '../access/audit.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { VendorModule } from '../vendor/vendor.module.js';
import { AcceptanceService } from './acceptance.service.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { AlertJudge } from './alert-judge.service.js';
import { AlertKeeper } from './alert-keeper.service.js';
import { AlertApi } from './alert.api.js';
import { AlertPages } from './alert.pages.js';
import { AlertService } from './alert.service.js';
import { DetectionService } from './detection.service.js';
import { TimelineService } from './timeline.service.js';

/** From verdicts to alerts, and their lives until they are settled. */
@Module({
  imports: [AuditModule, PlatformModule, VendorModule],
  controllers: [AlertPages, AlertApi],
  providers: [
    AlertService,
    AlertJudge,
    AlertKeeper,
    AlertEnrichment,
    AcceptanceService,
    DetectionService,
    TimelineService,
  ],
  exports: [AlertService, AlertJudge, AlertEnrichment],
})
export class AlertModule {}

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
import { EngineFigureService } from './engine-figures.service.js';
import { EngineOverview } from './engine-overview.service.js';
import { RenamedFlags } from './renamed-flags.service.js';
import { EngineRename } from './engine-rename.service.js';
import { EnginePages } from './engine.pages.js';
import { SilentAlerts } from './silent-alerts.service.js';
import { TimelineService } from './timeline.service.js';
import { UnknownEnginePages } from './unknown-engine.pages.js';
import { VendorShowPages } from './vendor-show.pages.js';

/** From verdicts to alerts, and their lives until they are settled. */
@Module({
  imports: [AuditModule, PlatformModule, VendorModule],
  // What has a name of its own before a vendor by its id.
  controllers: [AlertPages, AlertApi, UnknownEnginePages, EnginePages, VendorShowPages],
  providers: [
    AlertService,
    AlertJudge,
    AlertKeeper,
    AlertEnrichment,
    AcceptanceService,
    DetectionService,
    EngineFigureService,
    EngineOverview,
    EngineRename,
    RenamedFlags,
    SilentAlerts,
    TimelineService,
  ],
  exports: [AlertService, AlertJudge, AlertEnrichment],
})
export class AlertModule {}

import { Module } from '@nestjs/common';
import { AccessServicesModule } from '../access/access-services.module.js';
import { AuditModule } from '../access/audit.module.js';
import { NotificationModule } from '../notification/notification.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { VendorModule } from '../vendor/vendor.module.js';
import { AcceptanceService } from './acceptance.service.js';
import { AlertBulk } from './alert-bulk.service.js';
import { AlertConfirmations } from './alert-confirmation.service.js';
import { AlertDossiers } from './alert-dossier.service.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { AlertJudge } from './alert-judge.service.js';
import { AlertFigures } from './alert-figures.service.js';
import { AlertExportApi } from './alert-export.api.js';
import { AlertExport } from './alert-export.service.js';
import { AlertKeeper } from './alert-keeper.service.js';
import { AlertLists } from './alert-list.service.js';
import { AlertNews } from './alert-news.service.js';
import { AlertReminders } from './alert-reminders.service.js';
import { AlertApi } from './alert.api.js';
import { AlertPages } from './alert.pages.js';
import { AlertService } from './alert.service.js';
import { DetectionFigures } from './detection-figures.service.js';
import { DetectionService } from './detection.service.js';
import { DisputeApi } from './dispute.api.js';
import { DisputeDue } from './dispute-due.service.js';
import { DisputeKeeper } from './dispute-keeper.service.js';
import { DisputeList } from './dispute-list.service.js';
import { DisputePages } from './dispute.pages.js';
import { DisputeService } from './dispute.service.js';
import { EngineFigureService } from './engine-figures.service.js';
import { EngineOverview } from './engine-overview.service.js';
import { RenamedFlags } from './renamed-flags.service.js';
import { EngineRename } from './engine-rename.service.js';
import { EnginePages } from './engine.pages.js';
import { SilentAlerts } from './silent-alerts.service.js';
import { TimelineService } from './timeline.service.js';
import { UnknownEnginePages } from './unknown-engine.pages.js';
import { VendorReportPages } from './vendor-report.pages.js';
import { VendorShowPages } from './vendor-show.pages.js';

/** From verdicts to alerts, and their lives until they are settled. */
@Module({
  imports: [AccessServicesModule, AuditModule, NotificationModule, PlatformModule, VendorModule],
  // What has a name of its own before a vendor by its id.
  controllers: [
    AlertPages,
    AlertExportApi,
    AlertApi,
    DisputeApi,
    DisputePages,
    VendorReportPages,
    UnknownEnginePages,
    EnginePages,
    VendorShowPages,
  ],
  providers: [
    AlertService,
    AlertBulk,
    AlertConfirmations,
    AlertDossiers,
    AlertExport,
    AlertFigures,
    AlertLists,
    AlertJudge,
    AlertKeeper,
    AlertNews,
    AlertReminders,
    AlertEnrichment,
    AcceptanceService,
    DetectionFigures,
    DetectionService,
    DisputeDue,
    DisputeKeeper,
    DisputeList,
    DisputeService,
    EngineFigureService,
    EngineOverview,
    EngineRename,
    RenamedFlags,
    SilentAlerts,
    TimelineService,
  ],
  exports: [
    AlertService,
    AlertConfirmations,
    AlertDossiers,
    AlertJudge,
    AlertEnrichment,
    AlertFigures,
    AlertReminders,
    DetectionFigures,
    DisputeDue,
    DisputeList,
  ],
})
export class AlertModule {}

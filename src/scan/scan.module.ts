import { Module } from '@nestjs/common';
import { AccessServicesModule } from '../access/access-services.module.js';
import { AuditModule } from '../access/audit.module.js';
import { AlertModule } from '../alert/alert.module.js';
import { NotificationModule } from '../notification/notification.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { VendorModule } from '../vendor/vendor.module.js';
import { VirusTotalModule } from '../virustotal/virustotal.module.js';
import { AlertShowPages } from './alert-show.pages.js';
import { AlertEvidenceApi } from './alert-evidence.api.js';
import { AlertEvidencePages } from './alert-evidence.pages.js';
import { AlertEvidence } from './alert-evidence.service.js';
import { DatabaseFeeder } from './database-feeder.js';
import { DetailsThinning } from './details-thinning.service.js';
import { EngineLeaseService } from './engine-lease.service.js';
import { EngineWakeup } from './engine-wakeup.js';
import { FlagConfirmation } from './flag-confirmation.service.js';
import { InFlight } from './in-flight.service.js';
import { JobPermit } from './job-permit.service.js';
import { JobSource } from './job-source.service.js';
import { PastTasks } from './past-tasks.service.js';
import { PlatformRemoval } from './platform-removal.service.js';
import { PlatformBulk } from './platform-bulk.service.js';
import { PlatformGlances } from './platform-glance.service.js';
import { PlatformListPages } from './platform-list.pages.js';
import { PlatformScanApi } from './platform-scan.api.js';
import { PlatformScanPages } from './platform-scan.pages.js';
import { PlatformVerdicts } from './platform-verdicts.service.js';
import { QueueProbe } from './queue-probe.js';
import { QuotaReader } from './quota-reader.service.js';
import { ScanFigures } from './scan-figures.service.js';
import { ScanGate } from './scan-gate.service.js';
import { ScanOutlook } from './scan-outlook.service.js';
import { ScanProgress } from './scan-progress.js';
import { ScanStarter } from './scan-starter.service.js';
import { ScanStateService } from './scan-state.service.js';
import { ScanApi } from './scan.api.js';
import { PlatformHistoryPages } from './platform-history.pages.js';
import { ScanChanges } from './scan-changes.service.js';
import { ScanContents } from './scan-contents.service.js';
import { ScanEnd } from './scan-end.service.js';
import { ScanEngine } from './scan.engine.js';
import { ScanExportPages } from './scan-export.pages.js';
import { ScanPages } from './scan.pages.js';
import { ScanService } from './scan.service.js';
import { TaskFaults } from './task-faults.service.js';
import { TaskHandover } from './task-handover.service.js';
import { TaskLocks } from './task-locks.service.js';
import { TaskProgress } from './task-progress.service.js';
import { TaskQueue } from './task-queue.service.js';
import { TaskRecovery } from './task-recovery.service.js';
import { TaskStep } from './task-step.service.js';
import { TaskWorker } from './task-worker.service.js';
import { TaskService } from './task.service.js';
import { VerdictHistory } from './verdict-history.service.js';
import { VerdictKeeper } from './verdict-keeper.service.js';

/** Scans, tasks, the engine and the history of verdicts; nothing in it starts by itself. */
@Module({
  imports: [
    AccessServicesModule,
    AuditModule,
    NotificationModule,
    VirusTotalModule,
    PlatformModule,
    VendorModule,
    AlertModule,
  ],
  controllers: [
    AlertShowPages,
    AlertEvidencePages,
    AlertEvidenceApi,
    // Before a scan by its id.
    ScanExportPages,
    ScanPages,
    ScanApi,
    // Before a platform by its id.
    PlatformListPages,
    PlatformScanPages,
    PlatformHistoryPages,
    PlatformScanApi,
  ],
  providers: [
    AlertEvidence,
    DatabaseFeeder,
    DetailsThinning,
    EngineLeaseService,
    EngineWakeup,
    FlagConfirmation,
    InFlight,
    JobPermit,
    JobSource,
    PastTasks,
    PlatformBulk,
    PlatformGlances,
    PlatformRemoval,
    PlatformVerdicts,
    QueueProbe,
    QuotaReader,
    ScanChanges,
    ScanContents,
    ScanEnd,
    ScanEngine,
    ScanFigures,
    ScanGate,
    ScanOutlook,
    ScanProgress,
    ScanService,
    ScanStarter,
    ScanStateService,
    TaskFaults,
    TaskHandover,
    TaskLocks,
    TaskProgress,
    TaskQueue,
    TaskRecovery,
    TaskService,
    TaskStep,
    TaskWorker,
    VerdictHistory,
    VerdictKeeper,
  ],
  exports: [
    DatabaseFeeder,
    DetailsThinning,
    EngineLeaseService,
    EngineWakeup,
    FlagConfirmation,
    InFlight,
    JobPermit,
    QueueProbe,
    ScanEnd,
    ScanEngine,
    ScanFigures,
    ScanOutlook,
    ScanService,
    ScanStarter,
    TaskRecovery,
    TaskService,
    VerdictHistory,
  ],
})
export class ScanModule {}

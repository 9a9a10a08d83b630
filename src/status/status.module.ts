import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AuditModule } from '../access/audit.module.js';
import { AlertModule } from '../alert/alert.module.js';
import { IntegrationModule } from '../integration/integration.module.js';
import { NotificationModule } from '../notification/notification.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { ScanModule } from '../scan/scan.module.js';
import { VendorModule } from '../vendor/vendor.module.js';
import { VirusTotalModule } from '../virustotal/virustotal.module.js';
import { DashboardAlerts } from './dashboard/dashboard-alerts.service.js';
import { DashboardPages } from './dashboard/dashboard.pages.js';
import { DashboardScans } from './dashboard/dashboard-scans.service.js';
import { DetectionChart } from './dashboard/detection-chart.service.js';
import { DatabaseHealth } from './database.health.js';
import { FirstStepsPages } from './first-steps/first-steps.pages.js';
import { FirstStepsService } from './first-steps/first-steps.service.js';
import { StepFactsReader } from './first-steps/step-facts.service.js';
import { HealthApi } from './health.api.js';
import { HealthService } from './health.service.js';
import { Overdue } from './overdue.service.js';
import { QueueHealth } from './queue.health.js';
import { ScanningStatusService } from './scanning-status.service.js';
import { StatusPages } from './status.pages.js';
import { StyleguidePages } from './styleguide.pages.js';
import { UnreadableSecrets } from './unreadable-secrets.js';

/** The dashboard, /status, /health and, in development, /styleguide. */
@Module({
  imports: [
    TerminusModule.forRoot({ logger: false, errorLogStyle: 'json' }),
    IntegrationModule,
    ScanModule,
    AlertModule,
    AuditModule,
    NotificationModule,
    PlatformModule,
    VendorModule,
    VirusTotalModule,
  ],
  controllers: [HealthApi, DashboardPages, FirstStepsPages, StatusPages, StyleguidePages],
  providers: [
    DashboardAlerts,
    DashboardScans,
    DatabaseHealth,
    DetectionChart,
    FirstStepsService,
    HealthService,
    Overdue,
    QueueHealth,
    ScanningStatusService,
    StepFactsReader,
    UnreadableSecrets,
  ],
  exports: [HealthService, Overdue, ScanningStatusService],
})
export class StatusModule {}

import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AlertModule } from '../alert/alert.module.js';
import { IntegrationModule } from '../integration/integration.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { ScanModule } from '../scan/scan.module.js';
import { VendorModule } from '../vendor/vendor.module.js';
import { VirusTotalModule } from '../virustotal/virustotal.module.js';
import { DashboardPages } from './dashboard.pages.js';
import { DatabaseHealth } from './database.health.js';
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
    PlatformModule,
    VendorModule,
    VirusTotalModule,
  ],
  controllers: [HealthApi, DashboardPages, StatusPages, StyleguidePages],
  providers: [
    DatabaseHealth,
    HealthService,
    Overdue,
    QueueHealth,
    ScanningStatusService,
    UnreadableSecrets,
  ],
  exports: [HealthService, Overdue, ScanningStatusService],
})
export class StatusModule {}

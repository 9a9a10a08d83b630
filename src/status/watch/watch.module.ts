import { Module } from '@nestjs/common';
import { IntegrationModule } from '../../integration/integration.module.js';
import { NotificationModule } from '../../notification/notification.module.js';
import { OutgoingModule } from '../../outgoing/outgoing.module.js';
import { ScanModule } from '../../scan/scan.module.js';
import { VirusTotalModule } from '../../virustotal/virustotal.module.js';
import { StatusModule } from '../status.module.js';
import { BudgetWatch } from './budget-watch.service.js';
import { Heartbeat } from './heartbeat.service.js';
import { KeyWatch } from './key-watch.service.js';
import { OverdueWatch } from './overdue-watch.service.js';
import { StandingTroubles } from './standing-troubles.service.js';
import { WatchParts } from './watch-parts.js';
import { WatchRuntime } from './watch-runtime.js';

/** What the server watches by itself: overdue scans, the key, the budget; and its heartbeat. */
@Module({
  imports: [
    StatusModule,
    IntegrationModule,
    ScanModule,
    NotificationModule,
    VirusTotalModule,
    OutgoingModule,
  ],
  providers: [
    BudgetWatch,
    Heartbeat,
    KeyWatch,
    OverdueWatch,
    StandingTroubles,
    WatchParts,
    WatchRuntime,
  ],
})
export class WatchModule {}

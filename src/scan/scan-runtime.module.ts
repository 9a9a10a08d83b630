import { Module } from '@nestjs/common';
import { VirusTotalModule } from '../virustotal/virustotal.module.js';
import { DetailsThinningScheduler } from './details-thinning.scheduler.js';
import { FlagConfirmationScheduler } from './flag-confirmation.scheduler.js';
import { ScanRuntime } from './scan-runtime.js';
import { ScanModule } from './scan.module.js';
import { ScanScheduler } from './scan.scheduler.js';

/** What the server adds to the scan module: the schedule and the running engine. */
@Module({
  imports: [ScanModule, VirusTotalModule],
  providers: [ScanScheduler, ScanRuntime, DetailsThinningScheduler, FlagConfirmationScheduler],
  exports: [ScanScheduler],
})
export class ScanRuntimeModule {}

import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { ScanModule } from '../scan/scan.module.js';
import { VirusTotalModule } from '../virustotal/virustotal.module.js';
import { CapacityService } from './capacity.service.js';

/** What the limits can carry, for the server and for commands: nothing in it starts by itself. */
@Module({
  imports: [VirusTotalModule, PlatformModule, ScanModule],
  providers: [CapacityService],
  exports: [CapacityService],
})
export class CapacityModule {}

import { Module } from '@nestjs/common';
import { VirusTotalModule } from '../virustotal/virustotal.module.js';
import { AuditModule } from '../access/audit.module.js';
import { PlatformApi } from './platform.api.js';
import { PlatformPages } from './platform.pages.js';
import { PlatformService } from './platform.service.js';

/** The monitored platforms. What shows their verdicts is the scan module's. */
@Module({
  imports: [AuditModule, VirusTotalModule],
  controllers: [PlatformPages, PlatformApi],
  providers: [PlatformService],
  exports: [PlatformService],
})
export class PlatformModule {}

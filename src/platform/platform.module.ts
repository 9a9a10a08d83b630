import { Module } from '@nestjs/common';
import { VirusTotalModule } from '../virustotal/virustotal.module.js';
import { AuditModule } from '../access/audit.module.js';
import { ImportModule } from './import/import.module.js';
import { PlatformExportApi } from './platform-export.api.js';
import { PlatformExportPages } from './platform-export.pages.js';
import { PlatformExport } from './platform-export.service.js';
import { PlatformFigures } from './platform-figures.service.js';
import { PlatformImport } from './platform-import.service.js';
import { PastedPlatforms } from './pasted-platforms.service.js';
import { PlatformApi } from './platform.api.js';
import { PlatformPages } from './platform.pages.js';
import { PlatformService } from './platform.service.js';

/** The monitored platforms. What shows their verdicts is the scan module's. */
@Module({
  imports: [AuditModule, VirusTotalModule, ImportModule],
  // The export's first: `/platforms/export` is no platform's id.
  controllers: [PlatformExportPages, PlatformExportApi, PlatformPages, PlatformApi],
  providers: [PlatformService, PlatformFigures, PlatformImport, PastedPlatforms, PlatformExport],
  exports: [PlatformService, PlatformFigures, PlatformImport, PastedPlatforms, ImportModule],
})
export class PlatformModule {}

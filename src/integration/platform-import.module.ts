import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { CapacityModule } from './capacity.module.js';
import { PastedPlatformPages } from './pasted-platform.pages.js';
import { PlatformImportApi } from './platform-import.api.js';
import { PlatformImportPages } from './platform-import.pages.js';
import { UnfinishedImports } from './unfinished-imports.js';
import { VendorModule } from '../vendor/vendor.module.js';

/** Files and lists of platforms, which say what the limits can carry before they are saved. */
@Module({
  imports: [PlatformModule, VendorModule, CapacityModule],
  controllers: [PlatformImportPages, PastedPlatformPages, PlatformImportApi],
  providers: [UnfinishedImports],
})
export class PlatformImportModule {}

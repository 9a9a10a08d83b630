import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { CapacityModule } from './capacity.module.js';
import { PastedPlatformPages } from './pasted-platform.pages.js';
import { PlatformImportApi } from './platform-import.api.js';
import { PlatformImportPages } from './platform-import.pages.js';

/** Files and lists of platforms, which say what the limits can carry before they are saved. */
@Module({
  imports: [PlatformModule, CapacityModule],
  controllers: [PlatformImportPages, PastedPlatformPages, PlatformImportApi],
})
export class PlatformImportModule {}

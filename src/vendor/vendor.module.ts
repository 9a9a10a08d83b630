import { Module } from '@nestjs/common';
import { AuditModule } from '../access/audit.module.js';
import { EngineTally } from './engine-tally.service.js';
import { EngineService } from './engine.service.js';
import { VendorApi } from './vendor.api.js';
import { VendorPages } from './vendor.pages.js';
import { VendorService } from './vendor.service.js';

/** The vendor database, and the engines seen. */
@Module({
  imports: [AuditModule],
  controllers: [VendorPages, VendorApi],
  providers: [VendorService, EngineService, EngineTally],
  exports: [VendorService, EngineService, EngineTally],
})
export class VendorModule {}

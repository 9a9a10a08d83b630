import { Module } from '@nestjs/common';
import { AuditModule } from '../access/audit.module.js';
import { EngineService } from './engine.service.js';
import { VendorApi } from './vendor.api.js';
import { VendorPages } from './vendor.pages.js';
import { VendorService } from './vendor.service.js';

/** The vendor database, and the engines seen. */
@Module({
  imports: [AuditModule],
  controllers: [VendorPages, VendorApi],
  providers: [VendorService, EngineService],
  exports: [VendorService, EngineService],
})
export class VendorModule {}

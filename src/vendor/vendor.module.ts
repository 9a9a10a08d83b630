import { Module } from '@nestjs/common';
import { AuditModule } from '../access/audit.module.js';
import { EngineTally } from './engine-tally.service.js';
import { EngineService } from './engine.service.js';
import { ImportModule } from '../platform/import/import.module.js';
import { VendorExport } from './vendor-export.service.js';
import { VendorImportApi } from './vendor-import.api.js';
import { VendorImportPages } from './vendor-import.pages.js';
import { VendorImport } from './vendor-import.service.js';
import { VendorApi } from './vendor.api.js';
import { VendorPages } from './vendor.pages.js';
import { VendorService } from './vendor.service.js';

/** The vendor database, and the engines seen. */
@Module({
  imports: [AuditModule, ImportModule],
  // The import's first: `/vendor/import` is no vendor's id.
  controllers: [VendorImportPages, VendorImportApi, VendorPages, VendorApi],
  providers: [VendorService, EngineService, EngineTally, VendorImport, VendorExport],
  exports: [VendorService, EngineService, EngineTally, VendorImport, ImportModule],
})
export class VendorModule {}

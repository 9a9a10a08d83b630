import { Module } from '@nestjs/common';
import { AuditModule } from '../access/audit.module.js';
import { AnswerGaps } from './answer-gaps.service.js';
import { CatalogueFile } from './catalogue-file.js';
import { CataloguePages } from './catalogue.pages.js';
import { CatalogueService } from './catalogue.service.js';
import { EngineNames } from './engine-names.service.js';
import { EngineTally } from './engine-tally.service.js';
import { EngineService } from './engine.service.js';
import { NearMissService } from './near-miss.service.js';
import { UnknownEngineApi } from './unknown-engine.api.js';
import { UnknownEngines } from './unknown-engine.service.js';
import { UnmatchedVendors } from './unmatched-vendors.service.js';
import { ImportModule } from '../platform/import/import.module.js';
import { VendorExport } from './vendor-export.service.js';
import { VendorImportApi } from './vendor-import.api.js';
import { VendorImportPages } from './vendor-import.pages.js';
import { VendorImport } from './vendor-import.service.js';
import { VendorApi } from './vendor.api.js';
import { VendorPages } from './vendor.pages.js';
import { VendorService } from './vendor.service.js';
import { VendorViews } from './vendor-views.service.js';

/** The vendor database, its catalogue, and the engines seen. */
@Module({
  imports: [AuditModule, ImportModule],
  // What has a name of its own before what has an id in the same place.
  controllers: [
    CataloguePages,
    VendorImportPages,
    VendorImportApi,
    VendorPages,
    UnknownEngineApi,
    VendorApi,
  ],
  providers: [
    AnswerGaps,
    CatalogueFile,
    CatalogueService,
    EngineNames,
    EngineService,
    EngineTally,
    NearMissService,
    UnknownEngines,
    UnmatchedVendors,
    VendorExport,
    VendorImport,
    VendorService,
    VendorViews,
  ],
  exports: [
    ImportModule,
    CatalogueService,
    EngineNames,
    EngineService,
    EngineTally,
    NearMissService,
    UnknownEngines,
    UnmatchedVendors,
    VendorImport,
    VendorService,
    VendorViews,
  ],
})
export class VendorModule {}

import { Module } from '@nestjs/common';
import { ScanModule } from '../scan/scan.module.js';
import { AuditModule } from '../access/audit.module.js';
import { ScanRuntimeModule } from '../scan/scan-runtime.module.js';
import { VirusTotalModule } from '../virustotal/virustotal.module.js';
import { CapacityModule } from './capacity.module.js';
import { IntegrationApi } from './integration.api.js';
import { IntegrationChanges } from './integration-changes.service.js';
import { IntegrationPages } from './integration.pages.js';
import { IntegrationService } from './integration.service.js';
import { KeyVerifier } from './key-verifier.service.js';

/** Config > Integrations: the key, the frequency, activation, and what the limits can carry. */
@Module({
  imports: [AuditModule, VirusTotalModule, CapacityModule, ScanModule, ScanRuntimeModule],
  controllers: [IntegrationApi, IntegrationPages],
  providers: [IntegrationService, IntegrationChanges, KeyVerifier],
  exports: [IntegrationService],
})
export class IntegrationModule {}

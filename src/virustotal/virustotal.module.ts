import { Module } from '@nestjs/common';
import { AuditModule } from '../access/audit.module.js';
import { BudgetUsageService } from './budget-usage.service.js';
import { Budget } from './budget.service.js';
import { VirusTotalHttp } from './virustotal-http.js';
import { VirusTotalSettingsService } from './virustotal-settings.service.js';
import { VirusTotalClient } from './virustotal.client.js';

/** VirusTotal: settings and the key's custody, the client, answers parsed, the budget. */
@Module({
  imports: [AuditModule],
  providers: [
    VirusTotalSettingsService,
    BudgetUsageService,
    Budget,
    VirusTotalHttp,
    VirusTotalClient,
  ],
  exports: [VirusTotalSettingsService, BudgetUsageService, Budget, VirusTotalClient],
})
export class VirusTotalModule {}

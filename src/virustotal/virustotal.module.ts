import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { BudgetUsageService } from './budget-usage.service.js';
import { Budget } from './budget.service.js';
import { USER_AGENT } from './user-agent.js';
import { VirusTotalSettingsService } from './virustotal-settings.service.js';
import { MAX_BODY_BYTES, REQUEST_BOUND_MS, VirusTotalClient } from './virustotal.client.js';

/** VirusTotal: settings and the key's custody, the client, answers parsed, the budget. */
@Module({
  imports: [
    HttpModule.register({
      timeout: REQUEST_BOUND_MS,
      maxRedirects: 0,
      maxContentLength: MAX_BODY_BYTES,
      maxBodyLength: MAX_BODY_BYTES,
      responseType: 'text',
      // Status first, JSON second: both are the client's business.
      validateStatus: () => true,
      transformResponse: (body: unknown) => body,
      headers: { 'User-Agent': USER_AGENT, 'x-tool': 'oju' },
    }),
  ],
  providers: [VirusTotalSettingsService, BudgetUsageService, Budget, VirusTotalClient],
  exports: [VirusTotalSettingsService, BudgetUsageService, Budget, VirusTotalClient],
})
export class VirusTotalModule {}

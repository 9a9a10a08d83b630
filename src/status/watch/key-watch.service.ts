import { Injectable } from '@nestjs/common';
import { IntegrationService } from '../../integration/integration.service.js';
import { integrationView } from '../../integration/integration.view.js';
import { TaskService } from '../../scan/task.service.js';
import type { VirusTotalSettings } from '../../virustotal/virustotal-settings.entity.js';
import {
  statusOf,
  VirusTotalSettingsService,
} from '../../virustotal/virustotal-settings.service.js';
import { StandingTroubles } from './standing-troubles.service.js';

/** Tells that VirusTotal rejects the key of an active integration: once until a key works. */
@Injectable()
export class KeyWatch {
  constructor(
    private readonly settings: VirusTotalSettingsService,
    private readonly integration: IntegrationService,
    private readonly tasks: TaskService,
    private readonly troubles: StandingTroubles,
  ) {}

  /** Called every minute. */
  async look(): Promise<void> {
    const settings = await this.settings.current();
    const toldAt = await this.troubles.toldAt('integration.key_rejected');
    if (toldAt !== null) {
      if (await this.isWorking(settings, toldAt)) {
        await this.troubles.ended('integration.key_rejected');
      }
    } else if (statusOf(settings) === 'active' && settings.keyState === 'rejected') {
      await this.troubles.stands({
        type: 'integration.key_rejected',
        subject: 'integration:virustotal',
        data: async () => integrationView(await this.integration.state()),
      });
    }
  }

  /** Another key that is rejected, too, is no news. One that may not ask for quotas may scan. */
  private async isWorking({ keyState }: VirusTotalSettings, toldAt: Date): Promise<boolean> {
    if (keyState !== 'unverified') return keyState === 'accepted';
    return this.tasks.isAnySubmittedAfter(toldAt);
  }
}

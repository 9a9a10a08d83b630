import { Injectable } from '@nestjs/common';
import { limitsOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { VirusTotalClient } from '../virustotal/virustotal.client.js';
import { inFlightBound } from './pace.rules.js';

/** How many requests may be on their way at once. */
@Injectable()
export class InFlight {
  constructor(
    private readonly settings: VirusTotalSettingsService,
    private readonly client: VirusTotalClient,
  ) {}

  /** The bound as it stands: 1 at the public rate, else what rate times latency needs. */
  async bound(): Promise<number> {
    const { perMinute } = limitsOf(await this.settings.current());
    return inFlightBound(perMinute, this.client.latencyMs);
  }
}

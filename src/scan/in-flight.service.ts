import { Injectable } from '@nestjs/common';
import { limitsOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { VirusTotalClient } from '../virustotal/virustotal.client.js';
import { inFlightBound } from './pace.rules.js';
import { ScanGate } from './scan-gate.service.js';

/** How many requests may be on their way at once. */
@Injectable()
export class InFlight {
  constructor(
    private readonly settings: VirusTotalSettingsService,
    private readonly client: VirusTotalClient,
    private readonly gate: ScanGate,
  ) {}

  /** The bound as it stands: 1 at the public rate and while a
   * single probe is to tell whether VirusTotal works again, else what rate times latency needs. */
  async bound(): Promise<number> {
    if (this.gate.isProbing()) return 1;
    const { perMinute } = limitsOf(await this.settings.recent());
    return inFlightBound(perMinute, this.client.latencyMs);
  }
}

import { Injectable } from '@nestjs/common';
import { PlatformService } from '../platform/platform.service.js';
import { ASSUMED_REQUESTS_PER_PLATFORM } from '../scan/scan-forecast.rules.js';
import { ScanService } from '../scan/scan.service.js';
import type { VirusTotalSettings } from '../virustotal/virustotal-settings.entity.js';
import { limitsOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { type Capacity, capacityOf } from './capacity.rules.js';

/** What the limits of the key can carry. */
@Injectable()
export class CapacityService {
  constructor(
    private readonly settings: VirusTotalSettingsService,
    private readonly platforms: PlatformService,
    private readonly scans: ScanService,
  ) {}

  /** What they can carry once there are so many active platforms more, or fewer. */
  async capacityWith(change: number): Promise<{ capacity: Capacity; frequencyDays: number }> {
    const settings = await this.settings.current();
    const frequencyDays = settings.scanFrequencyDays;
    return { capacity: await this.of(settings, change), frequencyDays };
  }

  /** What they can carry, with the requests a platform as the last scans measured them. */
  async of(settings: VirusTotalSettings, change = 0): Promise<Capacity> {
    return capacityOf(
      (await this.platforms.countActive()) + change,
      settings.scanFrequencyDays,
      limitsOf(settings),
      (await this.scans.measuredRequestsPerPlatform()) ?? ASSUMED_REQUESTS_PER_PLATFORM,
    );
  }
}

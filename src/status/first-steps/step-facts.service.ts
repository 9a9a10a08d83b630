import { Injectable } from '@nestjs/common';
import { Channels } from '../../notification/channels.service.js';
import { PlatformService } from '../../platform/platform.service.js';
import { ScanFigures } from '../../scan/scan-figures.service.js';
import { VendorService } from '../../vendor/vendor.service.js';
import {
  statusOf,
  VirusTotalSettingsService,
} from '../../virustotal/virustotal-settings.service.js';
import type { StepFacts } from './first-steps.rules.js';

/** Tells which of the first steps are done, from the data alone. */
@Injectable()
export class StepFactsReader {
  constructor(
    private readonly settings: VirusTotalSettingsService,
    private readonly platforms: PlatformService,
    private readonly vendors: VendorService,
    private readonly channels: Channels,
    private readonly scans: ScanFigures,
  ) {}

  async done(): Promise<StepFacts['done']> {
    const vendors = await this.vendors.list({}, { limit: 1 });
    return {
      key: statusOf(await this.settings.current()) === 'active',
      platforms: (await this.platforms.countActive()) > 0,
      vendors: vendors.total > 0,
      channels: await this.channels.isAnyActive(),
      scan: await this.scans.hasFinished(),
    };
  }
}

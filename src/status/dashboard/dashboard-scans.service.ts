import { Injectable } from '@nestjs/common';
import { ScanOutlook } from '../../scan/scan-outlook.service.js';
import { scanProgressView } from '../../scan/scan-page.view.js';
import { type ScanningStatus, ScanningStatusService } from '../scanning-status.service.js';

/** How scanning stands, with what is to be said of the scan over all that runs. */
export interface DashboardScanning {
  status: ScanningStatus;
  /** How that one gets on, in words; null while none runs. */
  progress: ReturnType<typeof scanProgressView> | null;
}

/** The dashboard's state of scanning. */
@Injectable()
export class DashboardScans {
  constructor(
    private readonly scanning: ScanningStatusService,
    private readonly outlook: ScanOutlook,
  ) {}

  async read(): Promise<DashboardScanning> {
    const status = await this.scanning.status();
    const running = status.open.find(({ scan }) => scan.isOverAll);
    if (!running) return { status, progress: null };
    const { scan, counts } = running;
    const words = await this.outlook.words(scan, counts);
    return { status, progress: scanProgressView(scan, counts, words) };
  }
}

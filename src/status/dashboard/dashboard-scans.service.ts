import { Injectable } from '@nestjs/common';
import { ScanOutlook } from '../../scan/scan-outlook.service.js';
import { type ScanningStatus, ScanningStatusService } from '../scanning-status.service.js';

/** How scanning stands, with what is to be said of the scan over all that runs. */
export interface DashboardScanning {
  status: ScanningStatus;
  /** Why it waits, in words; null if it does not, or none runs. */
  waits: string | null;
  /** What it will still need and when it will end, in words; null where that cannot be told. */
  needs: string | null;
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
    if (!running) return { status, waits: null, needs: null };
    return {
      status,
      waits: await this.outlook.wait(running.scan, running.counts),
      needs: await this.outlook.need(running.scan, running.counts),
    };
  }
}

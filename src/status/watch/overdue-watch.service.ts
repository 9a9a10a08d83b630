import { Injectable } from '@nestjs/common';
import { noCounts } from '../../scan/scan.rules.js';
import { ScanService } from '../../scan/scan.service.js';
import { scanView } from '../../scan/scan.view.js';
import { TaskService } from '../../scan/task.service.js';
import { Overdue } from '../overdue.service.js';
import { StandingTroubles } from './standing-troubles.service.js';

/** Tells that scanning is overdue: once for as long as it is. */
@Injectable()
export class OverdueWatch {
  private wasOverdue = false;

  constructor(
    private readonly overdue: Overdue,
    private readonly scans: ScanService,
    private readonly tasks: TaskService,
    private readonly troubles: StandingTroubles,
  ) {}

  /**
   * Called every minute. Only the second look in a row tells: after a restart, or when the machine
   * slept, the first may come before the engine could go on.
   */
  async look(): Promise<void> {
    const isOverdue = await this.overdue.isOverdue();
    if (!isOverdue) await this.troubles.ended('scan.overdue');
    else if (this.wasOverdue) {
      const data = () => this.lastScan();
      await this.troubles.stands({ type: 'scan.overdue', subject: 'scan:overdue', data });
    }
    this.wasOverdue = isOverdue;
  }

  /** The last scan over all as the API shows it, if there was one, and when the next was due. */
  private async lastScan(): Promise<object> {
    const nextScanAt = (await this.scans.schedule())?.nextScanAt?.toISOString() ?? null;
    const scan = await this.scans.latest();
    if (!scan) return { nextScanAt };
    const counts = await this.tasks.counts([scan.id]);
    return Object.assign(scanView(scan, counts.get(scan.id) ?? noCounts()), { nextScanAt });
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { hasEnded } from '../scan/scan.rules.js';
import type { Scan } from '../scan/scan.entity.js';
import { ScanService } from '../scan/scan.service.js';
import { TaskService } from '../scan/task.service.js';
import { statusOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { isOverdue } from './overdue.rules.js';

/** Whether scanning is overdue: the one answer for pages, probes and who tells people. */
@Injectable()
export class Overdue {
  constructor(
    private readonly clock: Clock,
    private readonly settings: VirusTotalSettingsService,
    private readonly scans: ScanService,
    private readonly tasks: TaskService,
  ) {}

  async isOverdue(): Promise<boolean> {
    const isActive = statusOf(await this.settings.current()) === 'active';
    if (!isActive) return false;
    const nextScanAt = (await this.scans.schedule())?.nextScanAt ?? null;
    const open = await this.scans.open();
    const running = await this.runningTimes(open.find(({ isOverAll }) => isOverAll));
    return isOverdue({ isActive, nextScanAt, running }, this.clock.now());
  }

  private async runningTimes(scan: Scan | undefined) {
    if (!scan || hasEnded(scan.state)) return null;
    const progress = await this.tasks.lastProgressAt(scan.id);
    return {
      isWaiting:
        scan.state === 'waiting' && (!scan.waitingUntil || scan.waitingUntil > this.clock.now()),
      lastProgressAt: progress ?? scan.startedAt ?? scan.createdAt,
    };
  }
}

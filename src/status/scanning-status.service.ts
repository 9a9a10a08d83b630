import { Injectable } from '@nestjs/common';
import { type IntegrationState, IntegrationService } from '../integration/integration.service.js';
import { noCounts, type ScanCounts } from '../scan/scan.rules.js';
import type { Scan } from '../scan/scan.entity.js';
import { ScanService } from '../scan/scan.service.js';
import { TaskService } from '../scan/task.service.js';
import { BudgetUsageService, type QuotaState } from '../virustotal/budget-usage.service.js';
import { type IntegrationStatus, statusOf } from '../virustotal/virustotal-settings.service.js';
import { Overdue } from './overdue.service.js';

/** A scan with its counts. */
export interface ScanAtAGlance {
  scan: Scan;
  counts: ScanCounts;
}

/** How scanning stands. */
export interface ScanningStatus {
  integration: IntegrationStatus;
  /** Why an active integration cannot scan with its key; null when nothing is known against it. */
  keyProblem: 'rejected' | 'unreadable' | null;
  isOverdue: boolean;
  nextScanAt: Date | null;
  lastScan: ScanAtAGlance | null;
  open: ScanAtAGlance[];
  budget: { day: QuotaState; month: QuotaState };
}

/** Gathers how scanning stands, for people, probes and metrics. Asks nobody outside. */
@Injectable()
export class ScanningStatusService {
  constructor(
    private readonly integration: IntegrationService,
    private readonly scans: ScanService,
    private readonly tasks: TaskService,
    private readonly usage: BudgetUsageService,
    private readonly overdue: Overdue,
  ) {}

  async status(): Promise<ScanningStatus> {
    const integration = await this.integration.state();
    const { settings, nextScanAt } = integration;
    const last = await this.scans.latest();
    const open = await this.scans.open();
    const counts = await this.tasks.counts([
      ...open.map(({ id }) => id),
      ...(last ? [last.id] : []),
    ]);
    const glance = (scan: Scan) => ({ scan, counts: counts.get(scan.id) ?? noCounts() });
    return {
      integration: statusOf(settings),
      keyProblem: keyProblemOf(integration),
      isOverdue: await this.overdue.isOverdue(),
      nextScanAt,
      lastScan: last ? glance(last) : null,
      open: open.map(glance),
      budget: await this.usage.state(),
    };
  }
}

function keyProblemOf(integration: IntegrationState): ScanningStatus['keyProblem'] {
  const { settings, isKeyUnreadable } = integration;
  if (statusOf(settings) !== 'active') return null;
  if (isKeyUnreadable) return 'unreadable';
  return settings.keyState === 'rejected' ? 'rejected' : null;
}

import { Injectable, Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../config/clock.js';
import { statusOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { EngineWakeup } from './engine-wakeup.js';
import { ScanService } from './scan.service.js';

/** The interval whose period is the scan frequency; absent while the integration is not active. */
const SCAN_INTERVAL = 'virustotal-scan';
/** The minute's look, which a restart, a sleep or another instance's change cannot outlast. */
const DUE_INTERVAL = 'scan-due';

const DAY_MS = 24 * 60 * 60 * 1000;
const DUE_PERIOD_MS = 60_000;

/**
 * Begins scans when they are due. `nextScanAt` in the database decides; the intervals only make
 * somebody look, and both look the same way.
 */
@Injectable()
export class ScanScheduler {
  private readonly logger = new Logger(ScanScheduler.name);
  private isLooking = false;
  private isStopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly registry: SchedulerRegistry,
    private readonly settings: VirusTotalSettingsService,
    private readonly scans: ScanService,
    private readonly engine: EngineWakeup,
  ) {}

  /** Starts both intervals, and a scan at once if one is overdue. */
  async start(): Promise<void> {
    this.replace(DUE_INTERVAL, DUE_PERIOD_MS);
    await this.rebuild();
  }

  /** Frequency, activation or key changed: the due time and the interval follow. */
  async rebuild(): Promise<void> {
    await this.scans.reschedule();
    if (this.isStopped) return;
    const settings = await this.settings.current();
    this.remove(SCAN_INTERVAL);
    if (statusOf(settings) === 'active') {
      this.replace(SCAN_INTERVAL, settings.scanFrequencyDays * DAY_MS);
    }
    await this.look();
  }

  /** Begins a scan if one is due. Two looks at once are one. */
  async look(): Promise<void> {
    if (this.isLooking || this.isStopped) return;
    this.isLooking = true;
    try {
      if (await this.scans.startIfDue()) this.engine.wake();
    } finally {
      this.isLooking = false;
    }
  }

  stop(): void {
    this.isStopped = true;
    this.remove(SCAN_INTERVAL);
    this.remove(DUE_INTERVAL);
  }

  private replace(name: string, periodMs: number): void {
    this.remove(name);
    const tick = () => {
      this.look().catch((error: unknown) => {
        this.logger.error(`The look for a due scan failed: ${String(error)}`);
      });
    };
    this.registry.addInterval(name, this.clock.setInterval(tick, periodMs));
  }

  private remove(name: string): void {
    if (this.registry.doesExist('interval', name)) this.registry.deleteInterval(name);
  }
}

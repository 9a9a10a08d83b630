import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { EngineLeaseService } from './engine-lease.service.js';
import { EngineWakeup } from './engine-wakeup.js';
import { JobSource } from './job-source.service.js';
import { ownFaultPauseMs } from './pace.rules.js';
import { ScanEngine } from './scan.engine.js';

/** How soon a process that does not hold the lease looks again, ms. */
const STANDBY_MS = 5_000;

/**
 * Feeds the engine from the database, in the one process that holds the lease. Each step reads
 * what is to be done and starts at most one job, so that a process killed anywhere goes on where
 * it was.
 */
@Injectable()
export class DatabaseFeeder {
  private readonly logger = new Logger(DatabaseFeeder.name);
  /** By the task that is worked. */
  private readonly underWay = new Map<number, Promise<void>>();
  private sleep = new AbortController();
  private isWoken = false;
  private ownFaultsInARow = 0;
  /** After a fault of our own, monotonic, ms. */
  private notBeforeMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly lease: EngineLeaseService,
    private readonly wakeup: EngineWakeup,
    private readonly jobs: JobSource,
    private readonly engine: ScanEngine,
  ) {}

  /** Runs until `stop` aborts. What is under way is finished first. */
  async run(stop: AbortSignal): Promise<void> {
    const wake = () => {
      this.wake();
    };
    const unsubscribe = this.wakeup.subscribe(wake);
    stop.addEventListener('abort', wake);
    while (!stop.aborted) {
      const waitMs = await this.step();
      if (waitMs > 0) await this.rest(waitMs);
    }
    stop.removeEventListener('abort', wake);
    unsubscribe();
    await this.settled();
    await this.lease.release();
  }

  /**
   * Starts one job. A fault of our own, such as a database that is gone, is told and waited for.
   * @returns how long nothing else is worth trying, ms
   */
  async step(): Promise<number> {
    try {
      const leftMs = this.notBeforeMs - this.clock.monotonicMs();
      return leftMs > 0 ? leftMs : await this.attempt();
    } catch (error) {
      this.stumbled(error);
      return 0;
    }
  }

  /** Everything that is under way has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  private async attempt(): Promise<number> {
    if (!(await this.lease.hold())) return STANDBY_MS;
    if (this.underWay.size >= (await this.jobs.maxInFlight())) {
      await Promise.race(this.underWay.values());
      return 0;
    }
    const next = await this.jobs.next([...this.underWay.keys()]);
    if (!('task' in next)) return next.waitMs;
    const start = await this.engine.start(next);
    if ('waitMs' in start) {
      this.jobs.giveBack(next);
      // Named re-scans may still go on when only the others have to wait.
      return start.concerns === 'all' ? start.waitMs : 0;
    }
    this.follow(next.task.id, start.work);
    return 0;
  }

  private follow(taskId: number, work: Promise<void>): void {
    const followed = work
      .then(() => {
        this.ownFaultsInARow = 0;
      })
      .catch((error: unknown) => {
        this.stumbled(error);
      })
      .finally(() => {
        this.underWay.delete(taskId);
        // A next look may be due before what the loop sleeps for.
        if (this.underWay.size === 0) this.wake();
      });
    this.underWay.set(taskId, followed);
  }

  private stumbled(error: unknown): void {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.logger.error(`The scan engine stumbled and tries again: ${told}`);
    this.ownFaultsInARow += 1;
    this.notBeforeMs = this.clock.monotonicMs() + ownFaultPauseMs(this.ownFaultsInARow);
  }

  private wake(): void {
    this.isWoken = true;
    this.sleep.abort();
  }

  private async rest(ms: number): Promise<void> {
    if (!this.isWoken) await this.clock.sleep(ms, this.sleep.signal);
    this.isWoken = false;
    this.sleep = new AbortController();
  }
}

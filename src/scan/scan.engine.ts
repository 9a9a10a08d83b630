import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Budget } from '../virustotal/budget.service.js';
import { EngineLeaseService } from './engine-lease.service.js';
import { JobSource } from './job-source.service.js';
import { ownFaultPauseMs } from './pace.rules.js';
import { TaskWorker } from './task-worker.service.js';

/** How soon a process that does not hold the lease looks again, ms. */
const STANDBY_MS = 5_000;
/** How long the engine sleeps at most with nothing to do: another process may add work, ms. */
const IDLE_MS = 15_000;

/**
 * Does the tasks of all open scans, one request at a time and evenly spaced. Each step reads from
 * the database what is to be done, makes at most one request, and writes what it meant, so that a
 * process killed anywhere goes on where it was.
 */
@Injectable()
export class ScanEngine {
  private readonly logger = new Logger(ScanEngine.name);
  private sleep = new AbortController();
  private isWoken = false;
  private ownFaultsInARow = 0;

  constructor(
    private readonly clock: Clock,
    private readonly lease: EngineLeaseService,
    private readonly jobs: JobSource,
    private readonly budget: Budget,
    private readonly worker: TaskWorker,
  ) {}

  /** Runs until `stop` aborts. The step at hand is finished first. */
  async run(stop: AbortSignal): Promise<void> {
    const wakeToStop = () => {
      this.wake();
    };
    stop.addEventListener('abort', wakeToStop);
    while (!stop.aborted) {
      const waitMs = await this.step();
      if (waitMs > 0) await this.rest(waitMs);
    }
    stop.removeEventListener('abort', wakeToStop);
    await this.lease.release();
  }

  /** There may be something to do: a scan was begun, or settings changed. */
  wake(): void {
    this.isWoken = true;
    this.sleep.abort();
  }

  /**
   * Does one thing. A fault of our own, such as a database that is gone, is told and waited for.
   * @returns how long nothing else is worth trying, ms
   */
  async step(): Promise<number> {
    try {
      return await this.attempt();
    } catch (error) {
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.logger.error(`The scan engine stumbled and tries again: ${told}`);
      this.ownFaultsInARow += 1;
      return ownFaultPauseMs(this.ownFaultsInARow);
    }
  }

  private async attempt(): Promise<number> {
    if (!(await this.lease.hold())) return STANDBY_MS;
    const next = await this.jobs.next();
    if (!('job' in next)) return Math.min(next.waitMs, IDLE_MS);
    const { job, goAhead, purpose } = next;
    const taken = await this.budget.take(purpose);
    if (!taken.place) {
      if ('waitMs' in taken) return taken.waitMs;
      return Math.min(await this.jobs.short(taken.shortage, taken.until, purpose), IDLE_MS);
    }
    try {
      await this.jobs.begun(job);
    } catch (error) {
      // Nothing was sent, but a place that nobody answers would be held for ever.
      await this.budget.answered(taken.place);
      throw error;
    }
    await this.worker.work(job, { place: taken.place, apiKey: goAhead.apiKey }, goAhead.threshold);
    this.ownFaultsInARow = 0;
    return 0;
  }

  private async rest(ms: number): Promise<void> {
    if (!this.isWoken) await this.clock.sleep(ms, this.sleep.signal);
    this.isWoken = false;
    this.sleep = new AbortController();
  }
}

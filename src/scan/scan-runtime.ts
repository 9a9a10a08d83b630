import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import { SystemClock } from '../config/clock.js';
import { DatabaseFeeder } from './database-feeder.js';
import { ScanScheduler } from './scan.scheduler.js';
import { TaskRecovery } from './task-recovery.service.js';

/** How long a stopping process waits for the request in flight, real ms; it is killed after 10 s. */
const DRAIN_MS = 8_000;

/**
 * Starts the scheduler and the engine with the server, and stops them with it: the intervals
 * first, then the engine after what is under way, before the database closes.
 */
@Injectable()
export class ScanRuntime
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: AppConfig,
    private readonly scheduler: ScanScheduler,
    private readonly feeder: DatabaseFeeder,
    private readonly recovery: TaskRecovery,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.recovery.run();
    await this.scheduler.start();
    // With a shared queue the work comes from there.
    if (this.config.redisUrl === null) this.running = this.feeder.run(this.stopping.signal);
  }

  onModuleDestroy(): void {
    this.scheduler.stop();
    this.stopping.abort();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const drained = new AbortController();
    await Promise.race([
      this.running.finally(() => {
        drained.abort();
      }),
      new SystemClock().sleep(DRAIN_MS, drained.signal),
    ]);
  }
}

import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import { drained } from '../config/drained.js';
import { DatabaseFeeder } from './database-feeder.js';
import { ScanScheduler } from './scan.scheduler.js';
import { TaskRecovery } from './task-recovery.service.js';

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
    await drained(this.running);
  }
}

import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SystemClock } from '../config/clock.js';
import { ScanEngine } from './scan.engine.js';
import { ScanScheduler } from './scan.scheduler.js';
import { TaskRecovery } from './task-recovery.service.js';

/** How long a stopping process waits for the request in flight, real ms. */
const DRAIN_MS = 10_000;

/**
 * Starts the scheduler and the engine with the server, and stops them with it: the intervals
 * first, then the engine after its step, before the database closes.
 */
@Injectable()
export class ScanRuntime
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly scheduler: ScanScheduler,
    private readonly engine: ScanEngine,
    private readonly recovery: TaskRecovery,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.recovery.run();
    await this.scheduler.start();
    this.running = this.engine.run(this.stopping.signal);
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

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock, type IntervalHandle } from '../../config/clock.js';
import { drained } from '../../config/drained.js';
import { EngineWakeup } from '../engine-wakeup.js';
import { QueueFiller } from './queue-filler.service.js';
import { RedisRetry } from './redis-retry.js';
import { ScanQueueProcessor } from './scan-queue.processor.js';

/** How often the queue is held against the tasks in the database, ms. */
const FILL_MS = 15_000;

/**
 * Feeds the engine from the queue that several instances share. The tasks in the database are the
 * truth: what Redis lost is put back from them.
 */
@Injectable()
export class QueueFeeder
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(QueueFeeder.name);
  private interval: IntervalHandle | null = null;
  private unsubscribe: () => void = () => undefined;
  private filling: Promise<void> = Promise.resolve();
  private isTold = false;

  constructor(
    private readonly clock: Clock,
    private readonly wakeup: EngineWakeup,
    private readonly filler: QueueFiller,
    private readonly processor: ScanQueueProcessor,
    private readonly redis: RedisRetry,
  ) {}

  onApplicationBootstrap(): void {
    const { worker } = this.processor;
    worker.on('error', (error) => {
      this.troubled(error);
    });
    this.unsubscribe = this.wakeup.subscribe(() => {
      this.fillSoon(true);
    });
    this.interval = this.clock.setInterval(() => {
      this.fillSoon(false);
    }, FILL_MS);
    this.fillSoon(true);
    worker.run().catch((error: unknown) => {
      this.troubled(error);
    });
  }

  onModuleDestroy(): void {
    if (this.interval) clearInterval(this.interval);
    this.unsubscribe();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.redis.giveUp();
    const work = this.processor
      .stop()
      .then(() => Promise.all([this.filling, this.processor.settled()]));
    await this.processor.close(await drained(work));
  }

  /** One filling after the other. @param isWoken when tasks may have changed their urgency, too */
  private fillSoon(isWoken: boolean): void {
    if (isWoken) this.processor.goOn();
    this.filling = this.filling
      .then(() => this.filler.fill(isWoken))
      .then((bound) => {
        this.processor.worker.concurrency = bound;
        this.isTold = false;
      })
      .catch((error: unknown) => {
        this.troubled(error);
      });
  }

  /** Told once, and again after it was well: a Redis that is gone says so ten times a second. */
  private troubled(error: unknown): void {
    if (this.isTold) return;
    this.isTold = true;
    const told = error instanceof Error ? error.message || error.name : String(error);
    this.logger.error(
      `The shared queue in Redis does not work, and scanning waits for it: ${told}`,
    );
  }
}

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock, type IntervalHandle, SystemClock } from '../config/clock.js';
import { Dispatcher } from './outbox/dispatcher.js';
import { OutboxPruning } from './outbox/outbox-pruning.service.js';

/** How long a stopping process waits for what is on its way, real ms; it is killed after 10 s. */
const DRAIN_MS = 8_000;
const PRUNING_PERIOD_MS = 60 * 60_000;

/** Starts the dispatcher with the server, and stops it after what is on its way. */
@Injectable()
export class NotificationRuntime
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(NotificationRuntime.name);
  private readonly stopping = new AbortController();
  private dispatching: Promise<void> = Promise.resolve();
  private pruning: Promise<void> | null = null;
  private interval: IntervalHandle | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly dispatcher: Dispatcher,
    private readonly outboxPruning: OutboxPruning,
  ) {}

  onApplicationBootstrap(): void {
    this.dispatching = this.dispatcher.run(this.stopping.signal);
    this.interval = this.clock.setInterval(() => {
      this.prune();
    }, PRUNING_PERIOD_MS);
  }

  onModuleDestroy(): void {
    if (this.interval) clearInterval(this.interval);
    this.stopping.abort();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const drained = new AbortController();
    await Promise.race([
      Promise.all([this.dispatching, this.pruning]).finally(() => {
        drained.abort();
      }),
      new SystemClock().sleep(DRAIN_MS, drained.signal),
    ]);
  }

  private prune(): void {
    this.pruning ??= this.outboxPruning
      .run(this.stopping.signal)
      .catch((error: unknown) => {
        this.logger.error(`What was told long ago could not be removed: ${String(error)}`);
      })
      .finally(() => {
        this.pruning = null;
      });
  }
}

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock, type IntervalHandle } from '../config/clock.js';
import { drained } from '../config/drained.js';
import { Dispatcher } from './outbox/dispatcher.js';
import { OutboxPruning } from './outbox/outbox-pruning.service.js';

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
    await drained(Promise.all([this.dispatching, this.pruning]));
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

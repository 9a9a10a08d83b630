import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock, type IntervalHandle } from '../config/clock.js';
import { AlertReminders } from './alert-reminders.service.js';

const PERIOD_MS = 60 * 60_000;

/** Looks hourly, with the server, for alerts that are to be told again. */
@Injectable()
export class AlertRemindersRuntime
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(AlertReminders.name);
  private readonly stopping = new AbortController();
  private interval: IntervalHandle | null = null;
  private running: Promise<void> | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly reminders: AlertReminders,
  ) {}

  onApplicationBootstrap(): void {
    this.interval = this.clock.setInterval(() => {
      this.look();
    }, PERIOD_MS);
  }

  onModuleDestroy(): void {
    this.stopping.abort();
    if (this.interval) clearInterval(this.interval);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  private look(): void {
    this.running ??= this.reminders
      .run(this.stopping.signal)
      .catch((error: unknown) => {
        this.logger.error(`Nobody could be reminded of open alerts: ${String(error)}`);
      })
      .finally(() => {
        this.running = null;
      });
  }
}

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock, type IntervalHandle } from '../config/clock.js';
import { DisputeDue } from './dispute-due.service.js';

const DUE_PERIOD_MS = 10 * 60_000;

/** Has due disputes told with the server: at its start, and every ten minutes. */
@Injectable()
export class DisputeRuntime
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(DisputeRuntime.name);
  private running: Promise<void> | null = null;
  private interval: IntervalHandle | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly due: DisputeDue,
  ) {}

  onApplicationBootstrap(): void {
    const tick = () => void this.look();
    this.interval = this.clock.setInterval(tick, DUE_PERIOD_MS);
    tick();
  }

  onModuleDestroy(): void {
    if (this.interval) clearInterval(this.interval);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** A look while one is under way is that one. */
  async look(): Promise<void> {
    this.running ??= this.due
      .tell()
      .then((told) => {
        if (told > 0) this.logger.log(`${told} disputes are due`);
      })
      .catch((error: unknown) => {
        this.logger.error(`Due disputes could not be told: ${String(error)}`);
      })
      .finally(() => {
        this.running = null;
      });
    await this.running;
  }
}

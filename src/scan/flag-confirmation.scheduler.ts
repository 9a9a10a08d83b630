import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../config/clock.js';
import { FlagConfirmation } from './flag-confirmation.service.js';

const INTERVAL = 'flag-confirmation';
const PERIOD_MS = 60_000;

/** Looks every minute for flags that are to be confirmed; what is due stands in the database. */
@Injectable()
export class FlagConfirmationScheduler
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(FlagConfirmationScheduler.name);
  private running: Promise<void> | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly registry: SchedulerRegistry,
    private readonly confirmation: FlagConfirmation,
  ) {}

  onApplicationBootstrap(): void {
    const tick = () => void this.look();
    this.registry.addInterval(INTERVAL, this.clock.setInterval(tick, PERIOD_MS));
  }

  onModuleDestroy(): void {
    if (this.registry.doesExist('interval', INTERVAL)) this.registry.deleteInterval(INTERVAL);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** A look while one is under way is that one. */
  private async look(): Promise<void> {
    this.running ??= this.confirm().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private async confirm(): Promise<void> {
    try {
      const begun = await this.confirmation.look();
      if (begun > 0) this.logger.log(`Scans of ${begun} platforms began, to confirm a flag`);
    } catch (error) {
      this.logger.error(`The look for flags to confirm failed: ${String(error)}`);
    }
  }
}

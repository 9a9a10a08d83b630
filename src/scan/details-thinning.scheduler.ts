import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../config/clock.js';
import { DetailsThinning } from './details-thinning.service.js';

const THINNING_INTERVAL = 'details-thinning';
const THINNING_PERIOD_MS = 60 * 60_000;

/**
 * Has details thinned with the server: at its start, for one that is deployed anew more often than
 * the interval comes round, and hourly. It stops after the batch under way, before the database
 * closes.
 */
@Injectable()
export class DetailsThinningScheduler
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(DetailsThinningScheduler.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly registry: SchedulerRegistry,
    private readonly thinning: DetailsThinning,
  ) {}

  onApplicationBootstrap(): void {
    const tick = () => void this.look();
    this.registry.addInterval(THINNING_INTERVAL, this.clock.setInterval(tick, THINNING_PERIOD_MS));
    tick();
  }

  onModuleDestroy(): void {
    this.stopping.abort();
    if (this.registry.doesExist('interval', THINNING_INTERVAL)) {
      this.registry.deleteInterval(THINNING_INTERVAL);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** Thins what there is to thin. A look while one is under way is that one. */
  async look(): Promise<void> {
    this.running ??= this.thin().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private async thin(): Promise<void> {
    try {
      const gone = await this.thinning.run(this.stopping.signal);
      if (gone > 0) this.logger.log(`The details of ${gone} unchanged tasks were thinned out`);
    } catch (error) {
      this.logger.error(`Details could not be thinned: ${String(error)}`);
    }
  }
}

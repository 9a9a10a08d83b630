import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock, type IntervalHandle } from '../../config/clock.js';
import { drained } from '../../config/drained.js';
import { WatchParts } from './watch-parts.js';

const LOOK_MS = 60_000;

/** Looks every minute for what nobody else notices, with the server, and stops with it. */
@Injectable()
export class WatchRuntime
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger('Watch');
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private interval: IntervalHandle | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly parts: WatchParts,
  ) {}

  onApplicationBootstrap(): void {
    this.interval = this.clock.setInterval(() => {
      this.look();
    }, LOOK_MS);
  }

  onModuleDestroy(): void {
    if (this.interval) clearInterval(this.interval);
    this.stopping.abort();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await drained(Promise.all(this.running.values()));
  }

  /** True while a look is under way. */
  get isLooking(): boolean {
    return this.running.size > 0;
  }

  /** None waits for another, nor runs twice at once. */
  private look(): void {
    for (const [name, part] of this.parts.all) {
      if (this.running.has(name)) continue;
      const look = part(this.stopping.signal)
        .catch((error: unknown) => {
          this.logger.error(`The look for ${name} failed: ${String(error)}`);
        })
        .finally(() => {
          this.running.delete(name);
        });
      this.running.set(name, look);
    }
  }
}

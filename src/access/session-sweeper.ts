import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock, type IntervalHandle } from '../config/clock.js';
import { IdempotentAnswers } from './idempotent-answers.service.js';
import { DatabaseSessionStore } from './session.store.js';
import { TriesStore } from './tries.store.js';

const EVERY_MS = 3_600_000;

/** Removes what has ended from the tables of sessions, tries and answers, hourly. */
@Injectable()
export class SessionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sessions');
  private interval: IntervalHandle | null = null;
  private running: Promise<void> | null = null;

  constructor(
    private readonly store: DatabaseSessionStore,
    private readonly tries: TriesStore,
    private readonly answers: IdempotentAnswers,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.interval = this.clock.setInterval(() => {
      this.running ??= this.sweep().finally(() => (this.running = null));
    }, EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.interval) clearInterval(this.interval);
    await this.running;
  }

  private async sweep(): Promise<void> {
    try {
      await this.store.sweep();
      await this.tries.sweep();
      await this.answers.sweep();
    } catch (error) {
      this.logger.warn(`What has ended could not be removed: ${String(error)}`);
    }
  }
}

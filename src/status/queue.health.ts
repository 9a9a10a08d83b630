import { Injectable } from '@nestjs/common';
import { type HealthIndicatorFunction, HealthIndicatorService } from '@nestjs/terminus';
import { SystemClock } from '../config/clock.js';
import { QueueProbe } from '../scan/queue-probe.js';

/** Real ms. */
const PING_TIMEOUT_MS = 3000;

/** Whether the queue that instances share answers; there is nothing to check without one. */
@Injectable()
export class QueueHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly queue: QueueProbe,
  ) {}

  answers(): HealthIndicatorFunction[] {
    if (!this.queue.isAttached) return [];
    return [
      async () => {
        const indicator = this.indicators.check('queue');
        return (await this.answersInTime())
          ? indicator.up()
          : indicator.down('Redis does not answer');
      },
    ];
  }

  private async answersInTime(): Promise<boolean> {
    const answered = new AbortController();
    try {
      return await Promise.race([
        this.queue.check().then(() => true),
        new SystemClock().sleep(PING_TIMEOUT_MS, answered.signal).then(() => false),
      ]);
    } catch {
      return false;
    } finally {
      answered.abort();
    }
  }
}

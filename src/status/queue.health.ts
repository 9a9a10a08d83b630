import { Injectable } from '@nestjs/common';
import { type HealthIndicatorFunction, HealthIndicatorService } from '@nestjs/terminus';
import { QueueProbe } from '../scan/queue-probe.js';

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
        return (await this.queue.answers())
          ? indicator.up()
          : indicator.down('Redis does not answer');
      },
    ];
  }
}

import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { ScanModule } from '../scan.module.js';
import { OpenTasks } from './open-tasks.service.js';
import { QueueFiller } from './queue-filler.service.js';
import { QueueFeeder } from './queue-feeder.js';
import { RedisRetry } from './redis-retry.js';
import { SCAN_QUEUE, ScanQueue } from './scan-queue.js';
import { ScanQueueProcessor } from './scan-queue.processor.js';

/** The scan work shared by every instance through BullMQ; loaded only where REDIS_URL is set. */
@Module({})
export class ScanQueueModule {
  static register(redisUrl: string): DynamicModule {
    const retry = new RedisRetry();
    const connection = {
      url: redisUrl,
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => retry.nextMs(times),
    };
    return {
      module: ScanQueueModule,
      imports: [
        BullModule.forRoot({ connection }),
        BullModule.registerQueue({ name: SCAN_QUEUE }),
        ScanModule,
      ],
      providers: [
        { provide: RedisRetry, useValue: retry },
        OpenTasks,
        ScanQueue,
        ScanQueueProcessor,
        QueueFiller,
        QueueFeeder,
      ],
    };
  }
}

import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { ScanModule } from '../scan.module.js';
import { OpenTasks } from './open-tasks.service.js';
import { QueueFiller } from './queue-filler.service.js';
import { QueueFeeder } from './queue-feeder.js';
import { SCAN_QUEUE, ScanQueue } from './scan-queue.js';
import { ScanQueueProcessor } from './scan-queue.processor.js';

/** The scan work shared by every instance through BullMQ; loaded only where REDIS_URL is set. */
@Module({})
export class ScanQueueModule {
  static register(redisUrl: string): DynamicModule {
    return {
      module: ScanQueueModule,
      imports: [
        BullModule.forRoot({ connection: { url: redisUrl, maxRetriesPerRequest: null } }),
        BullModule.registerQueue({ name: SCAN_QUEUE }),
        ScanModule,
      ],
      providers: [OpenTasks, ScanQueue, ScanQueueProcessor, QueueFiller, QueueFeeder],
    };
  }
}

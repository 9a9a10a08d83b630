import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { Clock, SystemClock } from '../../config/clock.js';
import { chunksOf } from '../../database/chunks.js';
import { leftUntilDueMs } from '../pace.rules.js';
import { QueueProbe } from '../queue-probe.js';
import type { OpenTask } from './open-tasks.service.js';
import { type QueueJobData, queueJobId, queuePriority } from './queue-job.rules.js';

/** The queue's name in Redis. */
export const SCAN_QUEUE = 'oju-scan';

/** Jobs sent to Redis in one go. */
const CHUNK = 500;
/** Real ms. */
const PING_MS = 1_000;
const NOT_DONE = ['active', 'delayed', 'prioritized', 'waiting'] as const;
/** A job that nobody will ever take: as long as it is there, so is the rest of the queue. */
const MARK = { id: 'filled', delayMs: 365 * 24 * 3600 * 1000 };

/** The tasks' jobs in Redis, shared by every instance. The database can make all of it anew. */
@Injectable()
export class ScanQueue {
  constructor(
    @InjectQueue(SCAN_QUEUE) private readonly queue: Queue<QueueJobData>,
    private readonly clock: Clock,
    probe: QueueProbe,
  ) {
    probe.attach(() => this.answers());
    // The feeder tells of it; without a listener every try in vain would be printed.
    queue.on('error', () => undefined);
  }

  /**
   * Adds the jobs of tasks; those that are there stay as they are.
   * @param pendingDelayMs how long those are kept back at least that would submit a URL
   */
  async add(tasks: readonly OpenTask[], pendingDelayMs = 0): Promise<void> {
    const now = this.clock.now();
    for (const part of chunksOf(tasks, CHUNK)) {
      await this.queue.addBulk(
        part.map((task) => {
          const kept = task.state === 'pending' && task.isScanBegun ? pendingDelayMs : 0;
          const delay = Math.max(kept, leftUntilDueMs(task.dueAt, now));
          return {
            name: 'task',
            data: { taskId: task.id },
            opts: {
              jobId: queueJobId(task),
              priority: queuePriority(task),
              delay: Math.ceil(this.clock.timerMs(delay)),
              removeOnComplete: true,
              removeOnFail: true,
            },
          };
        }),
      );
    }
  }

  /** Moves the jobs of tasks that became urgent since they were added to the front. */
  async hurry(tasks: readonly OpenTask[]): Promise<void> {
    for (const task of tasks) {
      const job = await this.queue.getJob(queueJobId(task));
      const priority = queuePriority(task);
      if (job && job.priority > priority) await job.changePriority({ priority });
    }
  }

  /** How many jobs there are that are not done. */
  async size(): Promise<number> {
    const counts = await this.queue.getJobCounts(...NOT_DONE);
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return (await this.isMarked()) ? all - 1 : all;
  }

  /** Whether the queue was filled and not emptied since: a Redis that was flushed knows nothing. */
  async isMarked(): Promise<boolean> {
    return (await this.queue.getJob(MARK.id)) !== undefined;
  }

  async mark(): Promise<void> {
    const opts = { jobId: MARK.id, delay: MARK.delayMs, removeOnComplete: true };
    await this.queue.add('mark', { taskId: 0 }, opts);
  }

  /** At most so many jobs are under way over all instances. */
  async limitInFlight(bound: number): Promise<void> {
    await this.queue.setGlobalConcurrency(bound);
  }

  /** Puts a job that a worker holds off; the worker must then throw DelayedError. */
  async putOff(job: Job<QueueJobData>, token: string, ms: number): Promise<void> {
    // The queue's own clock, whatever the application's is.
    const nowMs = new SystemClock().now().getTime();
    await job.moveToDelayed(nowMs + Math.ceil(this.clock.timerMs(ms)), token);
  }

  /** Whether Redis answers within a second. */
  async answers(): Promise<boolean> {
    const answered = new AbortController();
    const ping = this.queue.getJobCounts('active').then(
      () => true,
      () => false,
    );
    const late = new SystemClock().sleep(PING_MS, answered.signal).then(() => false);
    return Promise.race([ping, late]).finally(() => {
      answered.abort();
    });
  }
}

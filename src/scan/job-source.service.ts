import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { InFlight } from './in-flight.service.js';
import { JobPermit } from './job-permit.service.js';
import { type Job, TaskQueue } from './task-queue.service.js';

/** How long there is nothing to do at most: another process may add work, ms. */
const IDLE_MS = 15_000;

/** Finds the next job among the tasks in the database. */
@Injectable()
export class JobSource {
  constructor(
    private readonly clock: Clock,
    private readonly queue: TaskQueue,
    private readonly permits: JobPermit,
    private readonly inFlight: InFlight,
  ) {}

  /**
   * The job that is due, or how long there will be none, ms.
   * @param underWay the tasks that are worked already
   */
  async next(underWay: readonly number[]): Promise<Job | { waitMs: number }> {
    const now = this.clock.now();
    const spentUntil = this.permits.routineSpentUntil();
    const job = await this.queue.next(now, { onlyUrgent: spentUntil !== null, except: underWay });
    if (job) return job;
    const dueAt = await this.queue.nextDueAt(now, underWay);
    const leftMs = [dueAt, spentUntil]
      .filter((at) => at !== null)
      .map((at) => Math.max(1, at.getTime() - now.getTime()));
    return { waitMs: Math.min(IDLE_MS, ...leftMs) };
  }

  /** How many jobs may be under way at once. */
  async maxInFlight(): Promise<number> {
    return this.inFlight.bound();
  }
}

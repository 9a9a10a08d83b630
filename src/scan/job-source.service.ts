import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { InFlight } from './in-flight.service.js';
import { JobPermit } from './job-permit.service.js';
import { type Job, TaskQueue } from './task-queue.service.js';

/** How long there is nothing to do at most: another process may add work, ms. */
const IDLE_MS = 15_000;
/** How long jobs that were found together are good, ms. */
const FOUND_MS = 250;
const FOUND_AT_ONCE = 25;

/** Finds the next job among the tasks in the database. */
@Injectable()
export class JobSource {
  /** Due when they were found, and not given out yet: as many as may overlap, and no more. */
  private found: Job[] = [];
  private foundMs = 0;

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
    const onlyUrgent = spentUntil !== null;
    if (onlyUrgent || this.foundMs + FOUND_MS < this.clock.monotonicMs()) this.found = [];
    if (this.found.length === 0) {
      const count = Math.min(FOUND_AT_ONCE, await this.inFlight.bound());
      const leastFaultyFirst = this.permits.isProbing();
      const choice = { onlyUrgent, except: underWay, leastFaultyFirst };
      this.found = await this.queue.next(now, choice, count);
      this.foundMs = this.clock.monotonicMs();
    }
    const job = this.found.shift();
    if (job) return job;
    const dueAt = await this.queue.nextDueAt(now, underWay);
    const leftMs = [dueAt, spentUntil]
      .filter((at) => at !== null)
      .map((at) => Math.max(1, at.getTime() - now.getTime()));
    return { waitMs: Math.min(IDLE_MS, ...leftMs) };
  }

  /** A job that may not be done yet is the next one still. */
  giveBack(job: Job): void {
    this.found.unshift(job);
  }

  /** How many jobs may be under way at once. */
  async maxInFlight(): Promise<number> {
    return this.inFlight.bound();
  }
}

import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { DelayedError, type Job } from 'bullmq';
import { Clock } from '../../config/clock.js';
import { EngineLeaseService } from '../engine-lease.service.js';
import { leftUntilDueMs, ownFaultPauseMs } from '../pace.rules.js';
import { ScanEngine } from '../scan.engine.js';
import { jobOf } from '../task-queue.service.js';
import { OpenTasks, openTask } from './open-tasks.service.js';
import { type QueueJobData, queueJobId } from './queue-job.rules.js';
import { SCAN_QUEUE, ScanQueue } from './scan-queue.js';

/** How long a job stays with a worker that says nothing, real ms; a living one renews it. */
const LOCK_MS = 30_000;
const STALLED_LOOK_MS = 15_000;
/** A job that a stopping process is given is another's at once, ms. */
const HAND_BACK_MS = 1;
/** How long a process that may not work holds off, ms. */
const STANDBY_MS = 5_000;

/**
 * Takes jobs from the shared queue and brings them to the engine. A job that may not be done now is
 * put off, never held; what an answer means is in the database before its job ends.
 */
@Processor(SCAN_QUEUE, {
  autorun: false,
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_LOOK_MS,
  // A job that its worker left is taken over however often that happens.
  maxStalledCount: Number.MAX_SAFE_INTEGER,
})
export class ScanQueueProcessor extends WorkerHost {
  private readonly logger = new Logger(ScanQueueProcessor.name);
  /** The engine starts one job after the other. */
  private readonly starting = new Mutex();
  private heldOff = new AbortController();
  private isHeldOff = false;
  private isStopping = false;
  private readonly underWay = new Set<Promise<void>>();
  private ownFaultsInARow = 0;

  constructor(
    private readonly clock: Clock,
    private readonly lease: EngineLeaseService,
    private readonly queue: ScanQueue,
    private readonly tasks: OpenTasks,
    private readonly engine: ScanEngine,
  ) {
    super();
  }

  async process(job: Job<QueueJobData>, token = ''): Promise<void> {
    const work = this.work(job, token);
    this.underWay.add(work);
    try {
      await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  /** Begins no job any more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.heldOff.abort();
    // Not its close(), which waits for what is under way and cannot be hurried afterwards.
    await this.worker.pause(true);
  }

  /** Everything that is under way has ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  /**
   * Closes the worker. What is still under way stays with Redis as it is, and another instance takes
   * it over.
   * @param isSettled when nothing is under way
   */
  async close(isSettled: boolean): Promise<void> {
    // Without Redis BullMQ's own way to close waits for ever.
    const isOrderly = isSettled && (await this.queue.answers());
    await this.worker.close(!isOrderly);
  }

  private async work(job: Job<QueueJobData>, token: string): Promise<void> {
    const waitMs = this.isStopping ? HAND_BACK_MS : await this.worked(job);
    if (waitMs === null) return;
    await this.queue.putOff(job, token, waitMs);
    throw new DelayedError();
  }

  private async worked(job: Job<QueueJobData>): Promise<number | null> {
    return this.attempt(job).catch((error: unknown) => {
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.logger.error(`The scan engine stumbled and tries again: ${told}`);
      this.ownFaultsInARow += 1;
      const pauseMs = ownFaultPauseMs(this.ownFaultsInARow);
      this.holdOff(pauseMs);
      return pauseMs;
    });
  }

  /** There may be something to do: whatever this process waited for is looked at again. */
  goOn(): void {
    this.heldOff.abort();
  }

  /** @returns how long to put the job off, ms; null when it is done with */
  private async attempt(job: Job<QueueJobData>): Promise<number | null> {
    if (!(await this.lease.holdForQueue())) {
      this.holdOff(STANDBY_MS);
      return STANDBY_MS;
    }
    const task = await this.tasks.find(job.data.taskId);
    if (!task) return null;
    // Stale: the task has gone on since, and its next step has a job of its own.
    if (job.id !== queueJobId(openTask(task))) return this.goOnWith(job);
    const now = this.clock.now();
    const earlyMs = leftUntilDueMs(task.dueAt, now);
    if (earlyMs > 0) return earlyMs;
    const start = await this.starting.runExclusive(() => this.engine.start(jobOf(task, now)));
    if ('waitMs' in start) {
      if (start.concerns === 'all') this.holdOff(start.waitMs);
      return start.waitMs;
    }
    await start.work;
    this.ownFaultsInARow = 0;
    return this.goOnWith(job);
  }

  /** The task's next step: this job again, or another that is added. */
  private async goOnWith(job: Job<QueueJobData>): Promise<number | null> {
    const task = await this.tasks.find(job.data.taskId);
    if (!task) return null;
    const next = openTask(task);
    if (job.id === queueJobId(next)) {
      return Math.max(1, leftUntilDueMs(next.dueAt, this.clock.now()));
    }
    await this.queue.add([next]);
    return null;
  }

  /** What stands in the way of one job stands in the way of all: this process takes none. */
  private holdOff(ms: number): void {
    if (this.isHeldOff) return;
    this.isHeldOff = true;
    this.heldOff = new AbortController();
    const { signal } = this.heldOff;
    const wait = async () => {
      await this.worker.pause(true);
      await this.clock.sleep(ms, signal);
      this.isHeldOff = false;
      if (!this.isStopping && !this.worker.closing) await this.worker.resume();
    };
    wait().catch((error: unknown) => {
      this.isHeldOff = false;
      this.logger.error(`The queue's worker could not be paused: ${String(error)}`);
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Budget } from '../virustotal/budget.service.js';
import { JobPermit, type Refusal } from './job-permit.service.js';
import { ScanStateService } from './scan-state.service.js';
import { TaskProgress } from './task-progress.service.js';
import type { Job } from './task-queue.service.js';
import { TaskWorker } from './task-worker.service.js';

/** A job under way, or why it is not. */
export type Start = { work: Promise<void> } | Refusal;

/**
 * Does jobs, whoever feeds them: the tasks in the database, or a queue that several instances
 * share. Each job is at most one request, and what its answer means is written before the job ends.
 */
@Injectable()
export class ScanEngine {
  constructor(
    private readonly permits: JobPermit,
    private readonly progress: TaskProgress,
    private readonly states: ScanStateService,
    private readonly budget: Budget,
    private readonly worker: TaskWorker,
  ) {}

  /**
   * Starts a job if it may be done now. One call after the other: only the work may overlap.
   * @returns the work, which rejects on a fault of our own, or how long nothing is worth trying
   */
  async start(job: Job): Promise<Start> {
    if (await this.isGone(job)) return { work: Promise.resolve() };
    const permit = await this.permits.ask(job);
    if ('waitMs' in permit) return permit;
    const { call, threshold } = permit;
    try {
      await this.begin(job);
    } catch (error) {
      // Nothing was sent, but a place that nobody answers would be held for ever.
      await this.budget.answered(call.place);
      throw error;
    }
    return { work: this.worker.work(job, call, threshold) };
  }

  /** The job is about to be done: its scan runs, and a URL that is submitted is fixed. */
  private async begin({ kind, task }: Job): Promise<void> {
    // Once it was submitted the URL is fixed, and what was found of it is what stands.
    if (kind === 'submit' && !task.platform?.submittedAt) {
      task.platform = await this.progress.submitting(task);
    }
    await this.states.running(task);
  }

  /** An archived or deactivated platform costs no request. */
  private async isGone({ task }: Job): Promise<boolean> {
    const { platform } = task;
    if (!platform || (platform.isActive && !platform.archivedAt)) return false;
    const errorCode = platform.archivedAt ? 'platform_removed' : 'platform_inactive';
    await this.progress.skipped(task, errorCode);
    return true;
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import type { Purpose, Shortage } from '../virustotal/budget.rules.js';
import { type GoAhead, ScanGate } from './scan-gate.service.js';
import { ScanStateService } from './scan-state.service.js';
import { TaskProgress } from './task-progress.service.js';
import { type Job, TaskQueue } from './task-queue.service.js';

/** A job that may be done, or how long there will be none, ms. */
export type NextJob = { job: Job; goAhead: GoAhead; purpose: Purpose } | { waitMs: number };

/** While nothing has a time of its own: another process may add work meanwhile, ms. */
const LOOK_AGAIN_MS = 15_000;
/** How soon a spent day or month is looked at again, ms. */
const SPENT_LOOK_MS = 60_000;

/** Finds the engine's next job, and says on the scans why there is none. */
@Injectable()
export class JobSource {
  /** Until when the day's or the month's quota leaves only named re-scans. */
  private routineSpentUntil: Date | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly queue: TaskQueue,
    private readonly gate: ScanGate,
    private readonly states: ScanStateService,
    private readonly progress: TaskProgress,
  ) {}

  /** The job that is due and may be done now. */
  async next(): Promise<NextJob> {
    const now = this.clock.now();
    const job = await this.queue.next(now, this.isRoutineSpent(now));
    if (!job) return { waitMs: await this.untilNextDue(now) };
    if (await this.isGone(job)) return { waitMs: 0 };
    const answer = await this.gate.ask(job.task.scan?.requestsUsed === 0);
    if ('waitMs' in answer) return answer;
    if ('wait' in answer) {
      await this.states.waiting(answer.wait);
      return { waitMs: this.untilMs(answer.wait.until, now) };
    }
    return { job, goAhead: answer, purpose: job.task.isUrgent ? 'urgent' : 'routine' };
  }

  /** The job is about to be done: its scan runs, and a URL that is submitted is fixed. */
  async begun({ kind, task }: Job): Promise<void> {
    if (kind === 'submit') task.platform = await this.progress.submitting(task);
    await this.states.running(task);
  }

  /**
   * There is no place for a job.
   * @returns how long to wait, ms; 0 when named re-scans may still go on
   */
  async short(shortage: Shortage, until: Date, purpose: Purpose): Promise<number> {
    const now = this.clock.now();
    if (shortage === 'minute') return this.untilMs(until, now);
    const isRoutine = purpose === 'routine';
    await this.states.waiting({ reason: `${shortage}_quota_spent`, until }, isRoutine);
    if (!isRoutine) return this.untilMs(until, now);
    // Looked at again soon: another process may raise the limits meanwhile.
    this.routineSpentUntil = new Date(Math.min(until.getTime(), now.getTime() + SPENT_LOOK_MS));
    return 0;
  }

  /** The settings changed: what was spent under the old ones says nothing. */
  settingsChanged(): void {
    this.routineSpentUntil = null;
  }

  private isRoutineSpent(now: Date): boolean {
    if (this.routineSpentUntil && this.routineSpentUntil <= now) this.routineSpentUntil = null;
    return this.routineSpentUntil !== null;
  }

  private async untilNextDue(now: Date): Promise<number> {
    const dueAt = await this.queue.nextDueAt(now);
    const times = [dueAt, this.routineSpentUntil].filter((at) => at !== null);
    return Math.min(LOOK_AGAIN_MS, ...times.map((at) => this.untilMs(at, now)));
  }

  /** An archived or deactivated platform costs no request. */
  private async isGone({ task }: Job): Promise<boolean> {
    const { platform } = task;
    if (!platform || (platform.isActive && !platform.archivedAt)) return false;
    const errorCode = platform.archivedAt ? 'platform_removed' : 'platform_inactive';
    await this.progress.skipped(task, errorCode);
    return true;
  }

  private untilMs(until: Date | null, now: Date): number {
    return until === null ? LOOK_AGAIN_MS : Math.max(1, until.getTime() - now.getTime());
  }
}

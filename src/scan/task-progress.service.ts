import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Platform } from '../platform/platform.entity.js';
import { PlatformService } from '../platform/platform.service.js';
import type { Analysis, Submission } from '../virustotal/answers.js';
import { ownFaults, serviceFaults } from './pace.rules.js';
import { ScanTask } from './scan-task.entity.js';
import { TaskStep } from './task-step.service.js';
import type { LockedTask, TaskEnd } from './task.service.js';
import { VerdictKeeper } from './verdict-keeper.service.js';

type TaskChanges = Partial<Omit<ScanTask, 'platform' | 'scan'>>;

/** Writes what an answer of VirusTotal means for a task, each time in one unit of work. */
@Injectable()
export class TaskProgress {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly platforms: PlatformService,
    private readonly steps: TaskStep,
    private readonly keeper: VerdictKeeper,
  ) {}

  /**
   * The URL is about to be submitted: from now on it is fixed.
   * @returns the platform with the URL as it stands, which may not be the one that was found
   */
  async submitting({ platformId }: ScanTask): Promise<Platform> {
    return this.unitOfWork.run(async () => {
      await this.platforms.recordSubmission(platformId, null, this.clock.now());
      return this.platforms.get(platformId);
    });
  }

  /** The URL was accepted; the analysis is looked at after `lookMs`. */
  async submitted(task: ScanTask, submission: Submission, lookMs: number): Promise<void> {
    await this.steps.answered(task, async (open) => {
      const now = this.clock.now();
      await this.save(open, {
        state: 'submitted',
        analysisId: submission.analysisId,
        submittedAt: now,
        submissions: open.task.submissions + 1,
        polls: 0,
        dueAt: new Date(now.getTime() + lookMs),
        faults: 0,
        firstFaultAt: null,
      });
      // Mostly the URL is fixed, and VirusTotal's id of it is what it was before.
      if (task.platform?.virusTotalUrlId !== submission.urlId) {
        await this.platforms.recordSubmission(task.platformId, submission.urlId, now);
      }
      return null;
    });
  }

  /** The analysis is not there yet, or not completed: look again after `pauseMs`. */
  async lookAgain(task: ScanTask, pauseMs: number): Promise<void> {
    await this.steps.answered(task, (open) =>
      this.save(open, {
        polls: open.task.polls + 1,
        dueAt: this.after(pauseMs),
        faults: 0,
        firstFaultAt: null,
      }),
    );
  }

  /** The analysis is lost: the URL is to be submitted again. */
  async submitAgain(task: ScanTask): Promise<void> {
    await this.steps.answered(task, (open) =>
      this.save(open, { state: 'pending', analysisId: null, submittedAt: null, dueAt: null }),
    );
  }

  /** A fault of the service: the same again after `pauseMs`. */
  async retryLater(task: ScanTask, pauseMs: number, detail: string): Promise<void> {
    await this.steps.answered(task, (open) =>
      this.save(open, {
        faults: serviceFaults(open.task),
        firstFaultAt: open.task.firstFaultAt ?? this.clock.now(),
        dueAt: this.after(pauseMs),
        errorDetail: detail.slice(0, 1000),
      }),
    );
  }

  /** A fault of our own: the same again after `pauseMs`. */
  async retryAfterOwnFault(task: ScanTask, pauseMs: number, detail: string): Promise<void> {
    await this.steps.answered(task, (open) =>
      this.save(open, {
        faults: ownFaults(open.task),
        firstFaultAt: null,
        dueAt: this.after(pauseMs),
        errorDetail: detail.slice(0, 1000),
      }),
    );
  }

  /** Something that is not the task's stood in the way: the same again after `pauseMs`, uncounted. */
  async postpone(task: ScanTask, pauseMs: number): Promise<void> {
    await this.steps.answered(task, (open) => this.save(open, { dueAt: this.after(pauseMs) }));
  }

  /** The request was refused for want of quota: it cost one, and the task stands as it stood. */
  async refused(task: ScanTask): Promise<void> {
    await this.steps.answered(task, () => Promise.resolve(null));
  }

  /** The analysis is completed: verdicts, history, alert, platform and task, all or nothing. */
  async completed(task: ScanTask, analysis: Analysis, threshold: number): Promise<void> {
    const done = { isKept: false };
    await this.steps.answered(task, async ({ task: open }) => {
      const result = await this.keeper.keep(open, analysis, threshold, this.clock.now());
      done.isKept = true;
      const dropped = analysis.dropped.length;
      return {
        state: 'completed',
        result,
        ...(dropped > 0 ? { diagnosis: JSON.stringify(analysis.dropped).slice(0, 16_000) } : {}),
      };
    });
    if (done.isKept) await this.keeper.count(analysis);
  }

  /** The task ends without a verdict. */
  async failed(task: ScanTask, end: Omit<TaskEnd, 'state' | 'result'>): Promise<void> {
    await this.steps.answered(task, () => Promise.resolve({ ...end, state: 'failed' as const }));
  }

  /** The platform is not to be scanned any more; no request was made. */
  async skipped(
    task: ScanTask,
    errorCode: 'platform_removed' | 'platform_inactive',
  ): Promise<void> {
    await this.steps.skip(task.id, errorCode);
  }

  /** What joined tasks show follows the task that does their work. */
  private async save({ task, joined }: LockedTask, changes: TaskChanges): Promise<null> {
    const tasks = this.unitOfWork.repository(ScanTask);
    await tasks.update({ id: task.id }, changes);
    const { state } = changes;
    if (state && joined.length > 0) {
      await tasks.update({ id: In(joined.map(({ id }) => id)) }, { state });
    }
    return null;
  }

  private after(ms: number): Date {
    return new Date(this.clock.now().getTime() + ms);
  }
}

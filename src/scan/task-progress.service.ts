import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Platform } from '../platform/platform.entity.js';
import { PlatformService } from '../platform/platform.service.js';
import type { Analysis, Submission } from '../virustotal/answers.js';
import { ownFaults, serviceFaults } from './pace.rules.js';
import { ScanTask } from './scan-task.entity.js';
import { Scan } from './scan.entity.js';
import { type LockedTask, type TaskEnd, TaskService } from './task.service.js';
import { VerdictKeeper } from './verdict-keeper.service.js';

/** Writes what an answer of VirusTotal means for a task, each time in one unit of work. */
@Injectable()
export class TaskProgress {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly platforms: PlatformService,
    private readonly tasks: TaskService,
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
    await this.step(task, async (open, locked) => {
      const now = this.clock.now();
      await this.save(open, {
        state: 'submitted',
        analysisId: submission.analysisId,
        submittedAt: now,
        submissions: open.submissions + 1,
        polls: 0,
        dueAt: new Date(now.getTime() + lookMs),
        faults: 0,
        firstFaultAt: null,
      });
      await this.tasks.follow(locked, 'submitted');
      // The URL is fixed, and VirusTotal's id of it is what it was before.
      if (task.platform?.virusTotalUrlId === submission.urlId) return;
      await this.platforms.recordSubmission(open.platformId, submission.urlId, now);
    });
  }

  /** The analysis is not there yet, or not completed: look again after `pauseMs`. */
  async lookAgain(task: ScanTask, pauseMs: number): Promise<void> {
    await this.step(task, (open) =>
      this.save(open, {
        polls: open.polls + 1,
        dueAt: this.after(pauseMs),
        faults: 0,
        firstFaultAt: null,
      }),
    );
  }

  /** The analysis is lost: the URL is to be submitted again. */
  async submitAgain(task: ScanTask): Promise<void> {
    await this.step(task, async (open, locked) => {
      await this.save(open, { state: 'pending', analysisId: null, submittedAt: null, dueAt: null });
      await this.tasks.follow(locked, 'pending');
    });
  }

  /** A fault of the service: the same again after `pauseMs`. */
  async retryLater(task: ScanTask, pauseMs: number, detail: string): Promise<void> {
    await this.step(task, (open) =>
      this.save(open, {
        faults: serviceFaults(open),
        firstFaultAt: open.firstFaultAt ?? this.clock.now(),
        dueAt: this.after(pauseMs),
        errorDetail: detail.slice(0, 1000),
      }),
    );
  }

  /** A fault of our own: the same again after `pauseMs`. */
  async retryAfterOwnFault(task: ScanTask, pauseMs: number, detail: string): Promise<void> {
    await this.step(task, (open) =>
      this.save(open, {
        faults: ownFaults(open),
        firstFaultAt: null,
        dueAt: this.after(pauseMs),
        errorDetail: detail.slice(0, 1000),
      }),
    );
  }

  /** Something that is not the task's stood in the way: the same again after `pauseMs`, uncounted. */
  async postpone(task: ScanTask, pauseMs: number): Promise<void> {
    await this.step(task, (open) => this.save(open, { dueAt: this.after(pauseMs) }));
  }

  /** The request was refused for want of quota: it cost one, and the task stands as it stood. */
  async refused(task: ScanTask): Promise<void> {
    await this.step(task, () => Promise.resolve());
  }

  /** The analysis is completed: verdicts, history, alert, platform and task, all or nothing. */
  async completed(task: ScanTask, analysis: Analysis, threshold: number): Promise<void> {
    await this.step(task, async (open, locked) => {
      const result = await this.keeper.keep(open, analysis, threshold, this.clock.now());
      const dropped = analysis.dropped.length;
      await this.tasks.end(locked, {
        state: 'completed',
        result,
        ...(dropped > 0 ? { diagnosis: JSON.stringify(analysis.dropped).slice(0, 16_000) } : {}),
      });
    });
  }

  /** The task ends without a verdict. */
  async failed(task: ScanTask, end: Omit<TaskEnd, 'state' | 'result'>): Promise<void> {
    await this.step(task, (_, locked) => this.tasks.end(locked, { ...end, state: 'failed' }));
  }

  /** The platform is not to be scanned any more; no request was made. */
  async skipped(
    task: ScanTask,
    errorCode: 'platform_removed' | 'platform_inactive',
  ): Promise<void> {
    await this.unitOfWork.run(async () => {
      const open = await this.tasks.stillOpen(task.id);
      if (open) await this.tasks.end(open, { state: 'skipped', errorCode });
    });
  }

  /**
   * One request's consequences; a task that another process ended meanwhile keeps its end. Taken
   * back by a power cut, they cost the same request again: the next place in the budget, which is
   * committed before the next request, makes them last.
   */
  private async step(
    task: ScanTask,
    work: (open: ScanTask, locked: LockedTask) => Promise<void>,
  ): Promise<void> {
    await this.unitOfWork.runRepeatable(async () => {
      const open = await this.tasks.stillOpen(task.id);
      // After the task, and before the platform: locks are taken in that order.
      await this.unitOfWork.repository(Scan).increment({ id: task.scanId }, 'requestsUsed', 1);
      if (open) await work(open.task, open);
    });
  }

  private async save(
    task: ScanTask,
    changes: Partial<Omit<ScanTask, 'platform' | 'scan'>>,
  ): Promise<void> {
    await this.unitOfWork.repository(ScanTask).update({ id: task.id }, changes);
  }

  private after(ms: number): Date {
    return new Date(this.clock.now().getTime() + ms);
  }
}

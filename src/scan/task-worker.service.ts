import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Random } from '../config/random.js';
import { isDatabaseTrouble } from '../database/database-trouble.js';
import type { Analysis } from '../virustotal/answers.js';
import { type Call, VirusTotalClient } from '../virustotal/virustotal.client.js';
import { VirusTotalError } from '../virustotal/virustotal-error.js';
import {
  ANALYSIS_DEADLINE_MS,
  FAULTS_TO_FAIL,
  FIRST_LOOK_MS,
  hasFailedForGood,
  learnedLookMs,
  nextLookMs,
  NOT_FOUND_PATIENCE_MS,
  notFoundPauseMs,
  ownFaults,
  retryPauseMs,
  serviceFaults,
} from './pace.rules.js';
import { ScanGate } from './scan-gate.service.js';
import type { ScanTask } from './scan-task.entity.js';
import { TaskProgress } from './task-progress.service.js';
import type { Job } from './task-queue.service.js';

const MAX_SUBMISSIONS = 2;

/** Does one job: one request, and what its answer means for the task. */
@Injectable()
export class TaskWorker {
  private readonly logger = new Logger(TaskWorker.name);
  private lookMs = FIRST_LOOK_MS;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly client: VirusTotalClient,
    private readonly progress: TaskProgress,
    private readonly gate: ScanGate,
  ) {}

  /**
   * @param threshold how many counting detections open an alert
   * @throws whatever is no VirusTotalError, after the task was set back or failed for it
   */
  async work(job: Job, call: Call, threshold: number): Promise<void> {
    let trouble: VirusTotalError | null;
    try {
      trouble = await this.attempt(job, call, threshold);
    } catch (error) {
      await this.stumbled(job.task, error);
      throw error;
    }
    if (trouble) await this.gate.troubled(trouble);
    else this.gate.succeeded();
  }

  /** @returns a fault that concerns more than this task; null when VirusTotal is well */
  private async attempt(job: Job, call: Call, threshold: number): Promise<VirusTotalError | null> {
    try {
      await this.request(job, call, threshold);
      return null;
    } catch (error) {
      if (!(error instanceof VirusTotalError)) throw error;
      return this.understand(job, error);
    }
  }

  private async request({ kind, task }: Job, call: Call, threshold: number): Promise<void> {
    const platform = task.platform;
    if (!platform) throw new Error('A job carries its platform');
    if (kind === 'submit') {
      const submission = await this.client.submit(call, platform.urlKey);
      return this.progress.submitted(task, submission, this.lookMs);
    }
    if (kind === 'report') {
      // Without VirusTotal's own id of the URL, the URL itself in base64url is one it takes.
      const urlId = platform.virusTotalUrlId ?? Buffer.from(platform.urlKey).toString('base64url');
      return this.report(task, urlId, call, threshold);
    }
    const analysis = await this.client.analysis(call, task.analysisId ?? '');
    const ageMs = this.ageMs(task);
    if (task.polls === 0) this.learn(analysis, ageMs);
    if (analysis.isCompleted) return this.progress.completed(task, analysis, threshold);
    return this.progress.lookAgain(task, Math.min(nextLookMs(ageMs), this.untilDeadlineMs(task)));
  }

  /** The last resort for a late analysis: VirusTotal may have finished it without saying so. */
  private async report(
    task: ScanTask,
    urlId: string,
    call: Call,
    threshold: number,
  ): Promise<void> {
    const report = await this.client.urlReport(call, urlId);
    const submittedAt = task.submittedAt;
    // Whole seconds at VirusTotal's end, milliseconds at ours.
    const isFresh =
      report.date !== null &&
      submittedAt !== null &&
      report.date.getTime() + 1000 > submittedAt.getTime();
    if (isFresh) return this.progress.completed(task, report, threshold);
    return this.progress.failed(task, { errorCode: 'analysis_late' });
  }

  private async understand(job: Job, error: VirusTotalError): Promise<VirusTotalError | null> {
    const { task } = job;
    const { reason, retryAfterMs, excerpt } = error.details;
    switch (error.kind) {
      case 'unexpected_shape':
        await this.progress.failed(task, {
          errorCode: 'unexpected_answer',
          errorDetail: reason,
          diagnosis: excerpt,
        });
        return null;
      case 'invalid_url':
      case 'not_found':
        await this.unknownToVirusTotal(job, error);
        return null;
      case 'unavailable':
        await this.faulted(task, reason, retryAfterMs);
        return error;
      case 'quota_exceeded':
      case 'key_rejected':
        await this.progress.refused(task);
        return error;
    }
  }

  private async unknownToVirusTotal(job: Job, error: VirusTotalError): Promise<void> {
    const { kind, task } = job;
    const errorDetail = error.details.reason;
    if (kind === 'submit') {
      await this.progress.failed(task, { errorCode: 'invalid_url', errorDetail });
    } else if (kind === 'report') {
      await this.progress.failed(task, { errorCode: 'analysis_late', errorDetail });
    } else if (this.ageMs(task) < NOT_FOUND_PATIENCE_MS) {
      await this.progress.lookAgain(task, notFoundPauseMs());
    } else if (task.submissions < MAX_SUBMISSIONS) {
      await this.progress.submitAgain(task);
    } else {
      await this.progress.failed(task, { errorCode: 'analysis_not_found', errorDetail });
    }
  }

  private async faulted(
    task: ScanTask,
    reason: string,
    retryAfterMs: number | undefined,
  ): Promise<void> {
    const lastSuccess = this.gate.lastSuccess();
    const nowMs = this.clock.now().getTime();
    const firstFaultMs = task.firstFaultAt?.getTime() ?? nowMs;
    const faults = serviceFaults(task);
    if (hasFailedForGood(faults, firstFaultMs, nowMs, lastSuccess?.getTime() ?? null)) {
      await this.progress.failed(task, {
        errorCode: 'virustotal_unavailable',
        errorDetail: reason,
      });
      return;
    }
    const pauseMs = retryPauseMs(faults, this.random.next(), retryAfterMs);
    await this.progress.retryLater(task, pauseMs, reason);
  }

  /**
   * An error that is not VirusTotal's ended the attempt. One that is the database's own says nothing
   * of the task, and is waited for without being counted. Any other is ours, and would meet the
   * same answer again and again: after some tries it fails the task. Where not even that can be
   * written the database is away, and the task stands as it stood.
   */
  private async stumbled(task: ScanTask, error: unknown): Promise<void> {
    try {
      if (isDatabaseTrouble(error)) {
        await this.progress.postpone(task, retryPauseMs(1, this.random.next()));
        return;
      }
      const errorDetail = nameOf(error);
      const faults = ownFaults(task);
      if (faults >= FAULTS_TO_FAIL) {
        await this.progress.failed(task, { errorCode: 'internal', errorDetail });
        return;
      }
      const pauseMs = retryPauseMs(faults, this.random.next());
      await this.progress.retryAfterOwnFault(task, pauseMs, errorDetail);
    } catch (another) {
      this.logger.error(`The task could not be set back after that: ${nameOf(another)}`);
    }
  }

  /** A look that waited in the queue far beyond its time tells nothing of shorter ones. */
  private learn(analysis: Analysis, ageMs: number): void {
    if (analysis.isCompleted && ageMs > this.lookMs * 2) return;
    this.lookMs = learnedLookMs(this.lookMs, analysis.isCompleted);
  }

  private ageMs(task: ScanTask): number {
    return this.clock.now().getTime() - (task.submittedAt?.getTime() ?? 0);
  }

  private untilDeadlineMs(task: ScanTask): number {
    return Math.max(1000, ANALYSIS_DEADLINE_MS - this.ageMs(task));
  }
}

/** Without its message, which may repeat what was to be written, or the key. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}

import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import type { Analysis } from '../virustotal/answers.js';
import { type Call, VirusTotalClient } from '../virustotal/virustotal.client.js';
import { VirusTotalError } from '../virustotal/virustotal-error.js';
import {
  FIRST_LOOK_MS,
  learnedLookMs,
  lookAgainMs,
  NOT_FOUND_PATIENCE_MS,
  notFoundPauseMs,
} from './pace.rules.js';
import { ScanGate } from './scan-gate.service.js';
import type { ScanTask } from './scan-task.entity.js';
import { TaskFaults } from './task-faults.service.js';
import { TaskProgress } from './task-progress.service.js';
import type { Job } from './task-queue.service.js';

const MAX_SUBMISSIONS = 2;
/** Of the results that were left out, a log line names so many. */
const DROPPED_TOLD = 3;

/** Does one job: one request, and what its answer means for the task. */
@Injectable()
export class TaskWorker {
  private readonly logger = new Logger(TaskWorker.name);
  private lookMs = FIRST_LOOK_MS;

  constructor(
    private readonly clock: Clock,
    private readonly client: VirusTotalClient,
    private readonly progress: TaskProgress,
    private readonly gate: ScanGate,
    private readonly faults: TaskFaults,
  ) {}

  /**
   * @param threshold how many counting detections open an alert
   * @throws whatever is no VirusTotalError, after the task was set back or failed for it
   */
  async work(job: Job, call: Call, threshold: number): Promise<void> {
    try {
      await this.attempt(job, call, threshold);
    } catch (error) {
      await this.faults.ofOurs(job.task, error);
      throw error;
    }
  }

  private async attempt(job: Job, call: Call, threshold: number): Promise<void> {
    let isWell = true;
    try {
      await this.request(job, call, threshold);
    } catch (error) {
      if (!(error instanceof VirusTotalError)) throw error;
      isWell = await this.understand(job, error);
    }
    if (isWell) this.gate.succeeded(job.task.platformId);
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
    if (analysis.isCompleted) return this.completed(task, analysis, threshold);
    return this.progress.lookAgain(task, lookAgainMs(ageMs));
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
    if (isFresh) return this.completed(task, report, threshold);
    return this.progress.failed(task, { errorCode: 'analysis_late' });
  }

  /** What was left out of an answer is told, too: nobody would look for it in the task's row. */
  private async completed(task: ScanTask, analysis: Analysis, threshold: number): Promise<void> {
    await this.progress.completed(task, analysis, threshold);
    const { dropped } = analysis;
    if (dropped.length === 0) return;
    const some = dropped.slice(0, DROPPED_TOLD).map(({ engine, reason }) => `${reason}: ${engine}`);
    this.logger.warn(
      `Task ${task.id} is judged without ${dropped.length} of VirusTotal's results, such as ${some.join(', ')}`,
    );
  }

  /** @returns false for a fault that concerns more than this task */
  private async understand(job: Job, error: VirusTotalError): Promise<boolean> {
    const { task } = job;
    const { reason, retryAfterMs, excerpt } = error.details;
    switch (error.kind) {
      case 'unexpected_shape':
        await this.progress.failed(task, {
          errorCode: 'unexpected_answer',
          errorDetail: reason,
          diagnosis: excerpt,
        });
        return true;
      case 'invalid_url':
      case 'not_found':
        await this.unknownToVirusTotal(job, error);
        return true;
      case 'unavailable':
        await this.gate.troubled(error);
        await this.faults.ofTheService(task, reason, retryAfterMs);
        return false;
      case 'quota_exceeded':
      case 'key_rejected':
        await this.progress.refused(task);
        await this.gate.troubled(error);
        return false;
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

  /** A look that waited in the queue far beyond its time tells nothing of shorter ones. */
  private learn(analysis: Analysis, ageMs: number): void {
    if (analysis.isCompleted && ageMs > this.lookMs * 2) return;
    this.lookMs = learnedLookMs(this.lookMs, analysis.isCompleted);
  }

  private ageMs(task: ScanTask): number {
    return this.clock.now().getTime() - (task.submittedAt?.getTime() ?? 0);
  }
}

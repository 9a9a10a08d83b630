import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Random } from '../config/random.js';
import { isDatabaseTrouble } from '../database/database-trouble.js';
import {
  FAULTS_TO_FAIL,
  hasWorkedSince,
  areFaultsEnough,
  ownFaults,
  retryPauseMs,
  serviceFaults,
} from './pace.rules.js';
import { ScanGate } from './scan-gate.service.js';
import type { ScanTask } from './scan-task.entity.js';
import { ScanService } from './scan.service.js';
import { TaskProgress } from './task-progress.service.js';

/** What faulty attempts mean for a task: when it is tried again, and when it has failed. */
@Injectable()
export class TaskFaults {
  private readonly logger = new Logger(TaskFaults.name);

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly progress: TaskProgress,
    private readonly gate: ScanGate,
    private readonly scans: ScanService,
  ) {}

  /**
   * A fault of the service. It fails the task only after four tries over a quarter of an hour in
   * which another platform's request succeeded; or when it holds up the next scan, which will try the
   * platform anew: a last URL that always fails would keep that scan from ever beginning.
   */
  async ofTheService(
    task: ScanTask,
    reason: string,
    retryAfterMs: number | undefined,
  ): Promise<void> {
    const lastSuccess = this.gate.lastSuccess(task.platformId);
    const nowMs = this.clock.now().getTime();
    const firstFaultMs = task.firstFaultAt?.getTime() ?? nowMs;
    const faults = serviceFaults(task);
    const lastSuccessMs = lastSuccess?.getTime() ?? null;
    if (
      areFaultsEnough(faults, firstFaultMs, nowMs) &&
      (hasWorkedSince(firstFaultMs, lastSuccessMs) || (await this.holdsUpNextScan(task)))
    ) {
      await this.progress.failed(task, {
        errorCode: 'virustotal_unavailable',
        errorDetail: reason,
      });
      return;
    }
    const chance = this.random.next();
    // After the pause of all, or the request that ends it would be this task's again and again, and
    // one URL that always fails would hold up every other.
    const inTurnMs = this.gate.pauseLeftMs() + retryPauseMs(1, chance);
    const pauseMs = Math.max(inTurnMs, retryPauseMs(faults, chance, retryAfterMs));
    await this.progress.retryLater(task, pauseMs, reason);
  }

  /**
   * An error that is not VirusTotal's ended the attempt. One that is the database's own says nothing
   * of the task, and is waited for without being counted. Any other is ours, and would meet the
   * same answer again and again: after some tries it fails the task. Where not even that can be
   * written the database is away, and the task stands as it stood.
   */
  async ofOurs(task: ScanTask, error: unknown): Promise<void> {
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

  private async holdsUpNextScan(task: ScanTask): Promise<boolean> {
    const nextScanAt = (await this.scans.schedule())?.nextScanAt;
    if (nextScanAt == null || nextScanAt > this.clock.now()) return false;
    return this.scans.isOverAllWaitingFor(task);
  }
}

/** Without its message, which may repeat what was to be written, or the key. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}

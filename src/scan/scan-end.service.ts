import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Outbox } from '../notification/outbox/outbox.js';
import { ScanTask } from './scan-task.entity.js';
import { NotFoundError } from '../web/domain-error.js';
import { Scan } from './scan.entity.js';
import { ScanEndedError } from './scan.errors.js';
import { finalState, hasEnded, noCounts, OPEN_TASK_STATES, type ScanCounts } from './scan.rules.js';
import { scanView } from './scan.view.js';
import { TaskLocks } from './task-locks.service.js';
import { type LockedTask, TaskService } from './task.service.js';

/**
 * Ends scans: those whose tasks have all ended, and those that somebody cancels. In a unit of work
 * it comes last: every answer of a scan locks its row, and would wait for whatever was done after.
 */
@Injectable()
export class ScanEnd {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly locks: TaskLocks,
    private readonly tasks: TaskService,
    private readonly outbox: Outbox,
  ) {}

  /**
   * A request was made for a task.
   * @param ended the task with those that joined it, if it ended by this
   */
  async requestMade(scanId: number, ended: LockedTask | null): Promise<void> {
    if (ended && ended.joined.length > 0) await this.locks.scans(scansOf([ended]));
    // Locks the scan's row, which must be held before the look for tasks that are open.
    await this.unitOfWork.repository(Scan).increment({ id: scanId }, 'requestsUsed', 1);
    if (ended) await this.endThose(scansOf([ended]));
  }

  /** Tasks ended without a request, and with them those that joined them. */
  async tasksEnded(ended: readonly LockedTask[]): Promise<void> {
    const scanIds = scansOf(ended);
    await this.locks.scans(scanIds);
    await this.endThose(scanIds);
  }

  /**
   * Cancels a scan: pending tasks are skipped, submitted ones are still collected.
   * @throws NotFoundError, ScanEndedError
   */
  async cancel(id: number): Promise<Scan> {
    return this.unitOfWork.run(async () => {
      const scans = this.unitOfWork.repository(Scan);
      const found = await scans.findOneBy({ id });
      if (!found) throw new NotFoundError();
      if (hasEnded(found.state)) throw new ScanEndedError();
      await this.tasks.skipPending(id);
      const lock = this.unitOfWork.forUpdate;
      const scan = await scans.findOneOrFail({ where: { id }, lock });
      // It may have ended while its tasks were waited for.
      if (hasEnded(scan.state)) throw new ScanEndedError();
      await scans.update({ id }, { state: 'cancelled', reason: null, waitingUntil: null });
      return this.finishIfDone(id);
    });
  }

  /** Ends a scan that has no open task. @returns the scan as it stands */
  async finishIfDone(scanId: number): Promise<Scan> {
    const scans = this.unitOfWork.repository(Scan);
    // Locked: of two last tasks that end at once, the second must see the first one's end.
    const scan = await scans.findOneOrFail({
      where: { id: scanId },
      lock: this.unitOfWork.forUpdate,
    });
    if (scan.finishedAt || (await this.isAnyOpen(scanId))) return scan;
    const counts = (await this.tasks.counts([scanId])).get(scanId) ?? noCounts();
    scan.state = finalState(counts, scan.state === 'cancelled');
    scan.finishedAt = this.clock.now();
    scan.startedAt ??= scan.finishedAt;
    scan.openOverAll = null;
    scan.reason = null;
    scan.waitingUntil = null;
    await scans.save(scan);
    if (counts.completed === 0 && counts.failed > 0) await this.tellFailed(scan, counts);
    // What the scan found is told together, now that there is no more to come.
    await this.outbox.flush();
    return scan;
  }

  /** No platform could be scanned. */
  private async tellFailed(scan: Scan, counts: ScanCounts): Promise<void> {
    await this.outbox.tell({
      key: `scan.failed:${scan.id}`,
      type: 'scan.failed',
      subject: `scan:${scan.id}`,
      severity: null,
      data: () => scanView(scan, counts),
    });
  }

  private async isAnyOpen(scanId: number): Promise<boolean> {
    return this.unitOfWork.repository(ScanTask).existsBy({ scanId, state: In(OPEN_TASK_STATES) });
  }

  private async endThose(scanIds: readonly number[]): Promise<void> {
    for (const scanId of scanIds) {
      if (!(await this.isAnyOpen(scanId))) await this.finishIfDone(scanId);
    }
  }
}

function scansOf(ended: readonly LockedTask[]): number[] {
  const ids = ended.flatMap(({ task, joined }) => [task, ...joined]).map(({ scanId }) => scanId);
  return [...new Set(ids)].sort((a, b) => a - b);
}

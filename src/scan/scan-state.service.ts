import { Injectable } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ScanTask } from './scan-task.entity.js';
import { Scan, type ScanState, type WaitReason } from './scan.entity.js';
import { OPEN_TASK_STATES } from './scan.rules.js';

/** Why scans wait, and until when; null when only a person can end it. */
export interface Wait {
  reason: WaitReason;
  until: Date | null;
}

const IDLE_STATES: readonly ScanState[] = ['queued', 'waiting'];

/** Says on open scans whether they run or wait. A state that stands is not written again. */
@Injectable()
export class ScanStateService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** A request is made for this task now: its scan runs, and so do those whose tasks joined it. */
  async running(task: ScanTask): Promise<void> {
    const joined = task.isJoined ? await this.idleJoinedTo(task) : [];
    const scans = [...(task.scan ? [task.scan] : []), ...joined];
    const idle = scans.filter(({ state }) => IDLE_STATES.includes(state));
    if (idle.length === 0) return;
    idle.sort((a, b) => a.id - b.id);
    await this.unitOfWork.run(async () => {
      for (const { id, startedAt } of idle) {
        await this.unitOfWork.repository(Scan).update(
          { id, state: In(IDLE_STATES) },
          {
            state: 'running',
            reason: null,
            waitingUntil: null,
            startedAt: startedAt ?? this.clock.now(),
          },
        );
      }
    });
  }

  /**
   * Open scans wait.
   * @param onlyOverAll when named re-scans may go on from the reserve
   */
  async waiting({ reason, until }: Wait, onlyOverAll = false): Promise<void> {
    const open = await this.unitOfWork.repository(Scan).find({
      where: {
        finishedAt: IsNull(),
        state: Not('cancelled'),
        ...(onlyOverAll ? { isOverAll: true } : {}),
      },
      order: { id: 'ASC' },
    });
    const news = open.filter(
      (scan) =>
        scan.state !== 'waiting' ||
        scan.reason !== reason ||
        !isSameMinute(scan.waitingUntil, until),
    );
    if (news.length === 0) return;
    await this.unitOfWork.run(async () => {
      // By the id, and one by one: otherwise MySQL may lock along the index of another column, and
      // against whoever ends a scan.
      for (const { id } of news) {
        await this.unitOfWork.repository(Scan).update(
          // A scan that was cancelled or ended since it was read stays so.
          { id, state: In(['queued', 'running', 'waiting']) },
          { state: 'waiting', reason, waitingUntil: until },
        );
      }
    });
  }

  private async idleJoinedTo({ id }: ScanTask): Promise<Scan[]> {
    return this.unitOfWork
      .repository(Scan)
      .createQueryBuilder('scan')
      .innerJoin(ScanTask, 'task', 'task.scanId = scan.id')
      .where('task.joinedTaskId = :id', { id })
      .andWhere('task.state IN (:...open)', { open: OPEN_TASK_STATES })
      .andWhere('scan.state IN (:...idle)', { idle: IDLE_STATES })
      .getMany();
  }
}

function isSameMinute(a: Date | null, b: Date | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a.getTime() - b.getTime()) < 60_000;
}

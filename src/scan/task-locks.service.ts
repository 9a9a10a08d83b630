import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { chunksOf } from '../database/chunks.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ScanTask } from './scan-task.entity.js';
import { Scan } from './scan.entity.js';
import { isTaskOpen, OPEN_TASK_STATES } from './scan.rules.js';

/**
 * The row locks under which tasks are joined, ended and handed over, so that none is joined while
 * it ends. Whoever needs several takes them in one order, or two would wait for each other: tasks
 * by id (one that joined another is the younger), then platforms and what hangs on those, then scans
 * by id: a scan's row is what every answer of it comes to, so it is held the shortest. Every method
 * joins the caller's unit of work.
 */
@Injectable()
export class TaskLocks {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Locks tasks. @returns those that are open, as they stand now, by id */
  async tasks(ids: readonly number[]): Promise<ScanTask[]> {
    const locked: ScanTask[] = [];
    for (const part of chunksOf(ascending(ids))) {
      // By the id alone: with a state beside it MySQL may go, and so lock, along another index.
      const rows = await this.unitOfWork
        .repository(ScanTask)
        .find({ where: { id: In(part) }, order: { id: 'ASC' }, lock: this.unitOfWork.forUpdate });
      locked.push(...rows);
    }
    return locked.filter(({ state }) => isTaskOpen(state));
  }

  /** Locks the open tasks that joined one of some, which the caller has locked. */
  async joinedTo(taskIds: readonly number[]): Promise<ScanTask[]> {
    return this.tasks(await this.idsJoinedTo(taskIds));
  }

  /** The ids of the open tasks that joined one of some; nothing is locked. */
  async idsJoinedTo(taskIds: readonly number[]): Promise<number[]> {
    const ids: number[] = [];
    for (const part of chunksOf(taskIds)) {
      const rows = await this.unitOfWork.repository(ScanTask).find({
        select: { id: true },
        where: { joinedTaskId: In(part), state: In(OPEN_TASK_STATES) },
      });
      ids.push(...rows.map(({ id }) => id));
    }
    return ids;
  }

  /** Locks scans. */
  async scans(ids: readonly number[]): Promise<void> {
    if (this.unitOfWork.isSerial) return;
    for (const id of ascending(ids)) {
      await this.unitOfWork
        .repository(Scan)
        .findOne({ select: { id: true }, where: { id }, lock: this.unitOfWork.forUpdate });
    }
  }
}

function ascending(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}

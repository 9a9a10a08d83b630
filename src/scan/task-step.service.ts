import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ScanEnd } from './scan-end.service.js';
import type { ScanTask } from './scan-task.entity.js';
import { type LockedTask, type TaskEnd, type TaskErrorCode, TaskService } from './task.service.js';

/** One step of a task in one unit of work; what another process ended meanwhile keeps its end. */
@Injectable()
export class TaskStep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tasks: TaskService,
    private readonly ends: ScanEnd,
  ) {}

  /**
   * One request's consequences. Taken back by a power cut, they cost the same request again: the
   * next place in the budget, which is committed before the next request, makes them last.
   * @param work is not called when the task has ended; returns how the task ends, if it does
   */
  async answered(
    { id, scanId }: ScanTask,
    work: (open: LockedTask) => Promise<TaskEnd | null>,
  ): Promise<void> {
    await this.unitOfWork.runRepeatable(async () => {
      const open = await this.tasks.stillOpen(id);
      const end = open && (await work(open));
      if (end) await this.tasks.end(open, end);
      await this.ends.requestMade(scanId, end ? open : null);
    });
  }

  /** Skips a task for which no request was made. */
  async skip(taskId: number, errorCode: TaskErrorCode): Promise<void> {
    await this.unitOfWork.run(async () => {
      const open = await this.tasks.stillOpen(taskId);
      if (!open) return;
      await this.tasks.end(open, { state: 'skipped', errorCode });
      await this.ends.tasksEnded([open]);
    });
  }

  /**
   * Skips every open task of a removed platform, submitted ones too: an answer that is under way
   * must not open an alert that nobody would resolve. Inside the caller's unit of work, which ends
   * the scans of what this returns when it has locked everything else.
   */
  async skipPlatform(platformId: number): Promise<LockedTask[]> {
    const ended: LockedTask[] = [];
    for (;;) {
      const taskId = await this.tasks.openTaskOf(platformId);
      if (taskId === null) return ended;
      const open = await this.tasks.stillOpen(taskId);
      // Handed over to another task before it was locked: then that one is the platform's.
      if (!open) continue;
      await this.tasks.end(open, { state: 'skipped', errorCode: 'platform_removed' });
      ended.push(open);
    }
  }
}

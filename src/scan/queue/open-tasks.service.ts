import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { ScanTask } from '../scan-task.entity.js';
import type { QueuedTask } from './queue-job.rules.js';

/** A task with work to do, as the shared queue is filled from it. */
export interface OpenTask extends QueuedTask {
  dueAt: Date | null;
  /** Somebody may be at it: its scan made requests already. */
  isScanBegun: boolean;
}

/** Reads the tasks that the shared queue ought to hold. */
@Injectable()
export class OpenTasks {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async count(): Promise<number> {
    return this.query().getCount();
  }

  /** In the order in which they are to be submitted. */
  async all(): Promise<OpenTask[]> {
    const tasks = await this.query()
      .innerJoinAndSelect('task.scan', 'scan')
      .orderBy('task.position', 'ASC')
      .addOrderBy('task.id', 'ASC')
      .getMany();
    return tasks.map(openTask);
  }

  /** One of them with all that the engine needs; null when it was done meanwhile. */
  async find(taskId: number): Promise<ScanTask | null> {
    return this.query()
      .innerJoinAndSelect('task.scan', 'scan')
      .innerJoinAndSelect('task.platform', 'platform')
      .andWhere('task.id = :taskId', { taskId })
      .getOne();
  }

  private query() {
    return this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .where("task.joinedTaskId IS NULL AND task.state IN ('pending', 'submitted')");
  }
}

/** What of a task the queue goes by. */
export function openTask(task: ScanTask): OpenTask {
  const { id, submissions, isUrgent, dueAt } = task;
  return {
    id,
    state: task.state === 'submitted' ? 'submitted' : 'pending',
    submissions,
    isUrgent,
    dueAt,
    isScanBegun: task.scan?.state !== 'queued',
  };
}

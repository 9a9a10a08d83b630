import { Injectable, Logger } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ScanTask } from './scan-task.entity.js';
import { OPEN_TASK_STATES } from './scan.rules.js';
import { Scan } from './scan.entity.js';
import { ScanEnd } from './scan-end.service.js';
import { TaskHandover } from './task-handover.service.js';
import { TaskLocks } from './task-locks.service.js';
import { TaskService } from './task.service.js';

/**
 * A net below the locks: finds at a start what they should never let come about, since a scan that
 * nothing ends would keep every later one from beginning.
 */
@Injectable()
export class TaskRecovery {
  private readonly logger = new Logger(TaskRecovery.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly locks: TaskLocks,
    private readonly handover: TaskHandover,
    private readonly tasks: TaskService,
    private readonly ends: ScanEnd,
  ) {}

  /** Gives open tasks that nobody does their work back, and ends scans that have no open task. */
  async run(): Promise<void> {
    await this.unitOfWork.run(() => this.markJoined());
    await this.unitOfWork.run(() => this.takeUpStrays());
    for (const { id } of await this.openScans()) {
      await this.unitOfWork.run(() => this.ends.finishIfDone(id));
    }
  }

  private async openScans(): Promise<Scan[]> {
    return this.unitOfWork
      .repository(Scan)
      .find({ where: { finishedAt: IsNull() }, order: { id: 'ASC' } });
  }

  /** A process of a version before may have joined tasks without saying so on them. */
  private async markJoined(): Promise<void> {
    const tasks = this.unitOfWork.repository(ScanTask);
    const joining = await tasks.find({
      select: { id: true, joinedTaskId: true },
      where: { joinedTaskId: Not(IsNull()), state: In(OPEN_TASK_STATES) },
    });
    const joined = await this.locks.tasks(
      joining.flatMap(({ joinedTaskId }) => joinedTaskId ?? []),
    );
    for (const { id, isJoined } of joined)
      if (!isJoined) await tasks.update({ id }, { isJoined: true });
  }

  private async takeUpStrays(): Promise<void> {
    for (const stray of await this.locks.tasks(await this.strayIds())) {
      this.logger.warn(`Task ${stray.id} waited for one that has ended; it is done after all`);
      const doing = (await this.tasks.joinable([stray.platformId])).get(stray.platformId);
      if (doing) {
        const { id: joinedTaskId, state } = doing;
        const tasks = this.unitOfWork.repository(ScanTask);
        await tasks.update({ id: joinedTaskId }, { isJoined: true });
        await tasks.update({ id: stray.id }, { joinedTaskId, state });
      } else {
        await this.handover.handOver([stray]);
      }
    }
  }

  /** Open tasks that joined one which is not open. */
  private async strayIds(): Promise<number[]> {
    const strays = await this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .select('task.id')
      .leftJoin(ScanTask, 'doing', 'doing.id = task.joinedTaskId AND doing.state IN (:...open)')
      .where('task.state IN (:...open)', { open: OPEN_TASK_STATES })
      .andWhere('task.joinedTaskId IS NOT NULL AND doing.id IS NULL')
      .getMany();
    return strays.map(({ id }) => id);
  }
}

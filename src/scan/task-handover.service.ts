import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { chunksOf } from '../database/chunks.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ScanTask } from './scan-task.entity.js';
import { Scan } from './scan.entity.js';
import { OPEN_TASK_STATES } from './scan.rules.js';

/** What a cancelled scan leaves to others: work that they still want, and none of its hurry. */
@Injectable()
export class TaskHandover {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Tasks lose the one that they joined, which was ended: of those that joined the same one the
   * first does the work, and the others follow it. They are locked by the caller.
   * @param joined open tasks, by id
   */
  async handOver(joined: readonly ScanTask[]): Promise<void> {
    const tasks = this.unitOfWork.repository(ScanTask);
    const groups = [...groupsOf(joined).values()];
    for (const part of chunksOf(groups.map(([heir]) => heir.id))) {
      await tasks.update(
        { id: In(part) },
        { joinedTaskId: null, openPlatformId: () => 'platform_id', state: 'pending' },
      );
    }
    for (const [heir, ...others] of groups) {
      if (others.length === 0) continue;
      await tasks.update({ id: In(others.map(({ id }) => id)) }, { joinedTaskId: heir.id });
      const isUrgent = heir.isUrgent || others.some((other) => other.isUrgent);
      await tasks.update({ id: heir.id }, { isJoined: true, isUrgent });
    }
  }

  /**
   * Named scans want these tasks no longer. One stays urgent that is a named scan's own, or that
   * another named scan joined. They are locked by the caller.
   */
  async calmDown(tasks: readonly ScanTask[]): Promise<void> {
    for (const part of chunksOf(tasks.filter(({ isUrgent }) => isUrgent))) {
      const named = await this.namedScans(part);
      const wanted = await this.urgentlyJoined(part);
      const calm = part.filter(({ id, scanId }) => !named.has(scanId) && !wanted.has(id));
      if (calm.length === 0) continue;
      await this.unitOfWork
        .repository(ScanTask)
        .update({ id: In(calm.map(({ id }) => id)) }, { isUrgent: false });
    }
  }

  private async namedScans(tasks: readonly ScanTask[]): Promise<Set<number>> {
    const ids = [...new Set(tasks.map(({ scanId }) => scanId))];
    const named = await this.unitOfWork
      .repository(Scan)
      .find({ select: { id: true }, where: { id: In(ids), isOverAll: false } });
    return new Set(named.map(({ id }) => id));
  }

  private async urgentlyJoined(tasks: readonly ScanTask[]): Promise<Set<number | null>> {
    const joined = await this.unitOfWork.repository(ScanTask).find({
      select: { id: true, joinedTaskId: true },
      where: {
        joinedTaskId: In(tasks.map(({ id }) => id)),
        state: In(OPEN_TASK_STATES),
        isUrgent: true,
      },
    });
    return new Set(joined.map(({ joinedTaskId }) => joinedTaskId));
  }
}

type Group = [ScanTask, ...ScanTask[]];

function groupsOf(joined: readonly ScanTask[]): Map<number | null, Group> {
  const groups = new Map<number | null, Group>();
  for (const task of joined) {
    const group = groups.get(task.joinedTaskId);
    if (group) group.push(task);
    else groups.set(task.joinedTaskId, [task]);
  }
  return groups;
}

import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { countsToKeep, thinnableTasks } from './details-thinning.rules.js';
import { ScanTask } from './scan-task.entity.js';
import { Scan } from './scan.entity.js';
import { VerdictHistory } from './verdict-history.service.js';
import { VerdictInterval } from './verdict-interval.entity.js';

/** Completed tasks of long ago: which of them tell nothing new, and what goes when they go. */
@Injectable()
export class PastTasks {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly history: VerdictHistory,
  ) {}

  /** The next platform, by id, that was ever scanned; null after the last. */
  async platformAfter(platformId: number): Promise<number | null> {
    const next = await this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .select('MIN(task.platformId)', 'id')
      .where('task.platformId > :platformId', { platformId })
      .getRawOne<{ id: number | null }>();
    return next?.id ?? null;
  }

  /** A platform's tasks that completed before a time and in which nothing changed, by id. */
  async thinnable(platformId: number, before: Date): Promise<number[]> {
    // Tasks first: one that completes in between only ends intervals at what is here the last,
    // which stays. The other way round its end of an interval would not be seen.
    const tasks = await this.completed(platformId, before);
    if (!tasks.some(({ isOld }) => isOld)) return [];
    const spans = await this.unitOfWork
      .repository(VerdictInterval)
      .createQueryBuilder('span')
      .select('span.fromTaskId', 'begin')
      .addSelect('span.lastTaskId', 'end')
      .distinct()
      .where('span.platformId = :platformId', { platformId })
      .getRawMany<{ begin: number; end: number | null }>();
    return thinnableTasks(tasks, {
      begins: new Set(spans.map(({ begin }) => begin)),
      ends: new Set(spans.flatMap(({ end }) => end ?? [])),
      renames: new Set((await this.history.tasksBeforeRenames(platformId)).values()),
    });
  }

  /**
   * Takes thinnable tasks away, with the completed ones of other scans that joined them; what they
   * counted stays with their scans. All or nothing. One that is gone already counts no more.
   * @returns how many went
   */
  async thin(taskIds: readonly number[]): Promise<number> {
    return this.unitOfWork.run(async () => {
      const tasks = this.unitOfWork.repository(ScanTask);
      const joined = await tasks.find({
        select: { id: true },
        where: { joinedTaskId: In([...taskIds]), state: 'completed' },
      });
      // Locked in one order and before the scans: of two who would thin the same, one finds it gone.
      const going = await tasks.find({
        select: { id: true, scanId: true, isFlagged: true },
        where: { id: In([...taskIds, ...joined.map(({ id }) => id)]) },
        order: { id: 'ASC' },
        lock: this.unitOfWork.forUpdate,
      });
      if (going.length === 0) return 0;
      await tasks.delete({ id: In(going.map(({ id }) => id)) });
      for (const { scanIds, counts } of countsToKeep(going)) {
        await this.unitOfWork
          .repository(Scan)
          .createQueryBuilder()
          .update()
          .set({
            thinnedCompleted: () => `thinned_completed + ${counts.completed}`,
            thinnedFlagged: () => `thinned_flagged + ${counts.flagged}`,
          })
          .where({ id: In(scanIds) })
          .execute();
      }
      return going.length;
    });
  }

  /** Raw rows: a platform may have thousands, and entities of them would hold up the event loop. */
  private async completed(platformId: number, before: Date) {
    const rows = await this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .select('task.id', 'id')
      .addSelect('CASE WHEN task.completedAt < :before THEN 1 ELSE 0 END', 'isOld')
      .addSelect('CASE WHEN task.isFlagged THEN 1 ELSE 0 END', 'isFlagged')
      .addSelect('CASE WHEN task.isConclusive THEN 1 ELSE 0 END', 'isConclusive')
      .where('task.platformId = :platformId', { platformId, before })
      .andWhere("task.state = 'completed' AND task.joinedTaskId IS NULL")
      .orderBy('task.id', 'ASC')
      .getRawMany<{ id: number; isOld: unknown; isFlagged: unknown; isConclusive: unknown }>();
    return rows.map(({ id, isOld, isFlagged, isConclusive }) => ({
      id,
      isOld: Number(isOld) === 1,
      isFlagged: Number(isFlagged) === 1,
      isConclusive: Number(isConclusive) === 1,
    }));
  }
}

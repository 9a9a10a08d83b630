import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Verdict } from '../alert/verdict.rules.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ScanTask } from './scan-task.entity.js';
import { historyChange, type PresentInterval } from './verdict-history.rules.js';
import { VerdictInterval } from './verdict-interval.entity.js';

/** Every engine's verdict in every scan of a platform, kept as intervals. */
@Injectable()
export class VerdictHistory {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Adds a completed task's verdicts, inside the caller's unit of work.
   * @param previousTaskId the platform's completed task before this one, where intervals end
   */
  async record(task: ScanTask, verdicts: readonly Verdict[]): Promise<void> {
    const intervals = this.unitOfWork.repository(VerdictInterval);
    // Some ninety rows for every task: entities made of them would cost more than all the rest.
    const present = await intervals
      .createQueryBuilder('interval')
      .select('interval.id', 'id')
      .addSelect('interval.engineId', 'engine')
      .addSelect('interval.category', 'category')
      .addSelect('interval.result', 'result')
      .addSelect('interval.method', 'method')
      .where({ platformId: task.platformId, lastTaskId: IsNull() })
      .getRawMany<PresentInterval>();
    const { closedIds, opened } = historyChange(present, verdicts);
    if (closedIds.length > 0) {
      const lastTaskId = (await this.taskBefore(task.platformId, task.id)) ?? task.id;
      await intervals.update({ id: In(closedIds) }, { lastTaskId });
    }
    if (opened.length > 0) {
      await intervals.insert(
        opened.map(({ engine, category, result, method }) => ({
          platformId: task.platformId,
          engineId: engine,
          category,
          result,
          method,
          fromTaskId: task.id,
          lastTaskId: null,
        })),
      );
    }
  }

  /** Every engine's present verdict. */
  async present(platformId: number): Promise<VerdictInterval[]> {
    return this.unitOfWork.repository(VerdictInterval).find({
      where: { platformId, lastTaskId: IsNull() },
      relations: { engine: true },
    });
  }

  /** Every verdict of one completed task, as VirusTotal answered it then. */
  async atTask(platformId: number, taskId: number): Promise<VerdictInterval[]> {
    return this.unitOfWork
      .repository(VerdictInterval)
      .createQueryBuilder('interval')
      .innerJoinAndSelect('interval.engine', 'engine')
      .where('interval.platformId = :platformId', { platformId })
      .andWhere('interval.fromTaskId <= :taskId', { taskId })
      .andWhere('(interval.lastTaskId IS NULL OR interval.lastTaskId >= :taskId)', { taskId })
      .getMany();
  }

  /**
   * The intervals that ended or began from one completed task of a platform to a later one.
   * @param fromTaskId the older of the two
   */
  async changedWithin(
    platformId: number,
    fromTaskId: number,
    toTaskId: number,
  ): Promise<VerdictInterval[]> {
    return this.unitOfWork
      .repository(VerdictInterval)
      .createQueryBuilder('interval')
      .innerJoinAndSelect('interval.engine', 'engine')
      .where('interval.platformId = :platformId', { platformId })
      .andWhere(
        '(interval.lastTaskId BETWEEN :fromTaskId AND :toTaskId OR ' +
          'interval.fromTaskId BETWEEN :fromTaskId AND :toTaskId)',
        { fromTaskId, toTaskId },
      )
      .getMany();
  }

  /** The platform's completed task before another, by id; null for the first. */
  async taskBefore(platformId: number, taskId: number): Promise<number | null> {
    const last = await this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .select('MAX(task.id)', 'id')
      .where('task.platformId = :platformId', { platformId })
      .andWhere('task.state = :state', { state: 'completed' })
      .andWhere('task.joinedTaskId IS NULL')
      .andWhere('task.id < :taskId', { taskId })
      .getRawOne<{ id: number | null }>();
    return last?.id ?? null;
  }
}

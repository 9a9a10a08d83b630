import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { FLAGGING_CATEGORIES, type Verdict } from '../alert/verdict.rules.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ScanTask } from './scan-task.entity.js';
import { historyChange, type PresentInterval } from './verdict-history.rules.js';
import { VerdictInterval } from './verdict-interval.entity.js';

/** What makes a task one of those that intervals speak for. */
const SPEAKS = "earlier.state = 'completed' AND earlier.joinedTaskId IS NULL";

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

  /** Of completed tasks, the platform's completed task before each; none for its first. */
  async tasksBefore(taskIds: readonly number[]): Promise<Map<number, number>> {
    if (taskIds.length === 0) return new Map();
    const rows = await this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .innerJoin(
        ScanTask,
        'earlier',
        `earlier.platformId = task.platformId AND earlier.id < task.id AND ${SPEAKS}`,
      )
      .select('task.id', 'id')
      .addSelect('MAX(earlier.id)', 'before')
      .where({ id: In([...taskIds]) })
      .groupBy('task.id')
      .getRawMany<{ id: number; before: number }>();
    return new Map(rows.map(({ id, before }) => [id, before]));
  }

  /** The intervals of some platforms that begin at some tasks, or end at some. */
  async bordering(
    platformIds: readonly number[],
    fromTaskIds: readonly number[],
    lastTaskIds: readonly number[],
  ): Promise<VerdictInterval[]> {
    const platformId = In([...platformIds]);
    return this.unitOfWork.repository(VerdictInterval).find({
      where: [
        { platformId, fromTaskId: In([...fromTaskIds]) },
        { platformId, lastTaskId: In([...lastTaskIds]) },
      ],
      relations: { engine: true },
    });
  }

  /**
   * All that some engines ever said of some platforms: those that flagged one of them, and others.
   * @param alsoOf engines that are wanted in any case
   */
  async everFlagging(
    platformIds: readonly number[],
    alsoOf: readonly number[],
  ): Promise<VerdictInterval[]> {
    const intervals = this.unitOfWork.repository(VerdictInterval);
    const flagging = await intervals
      .createQueryBuilder('interval')
      .select('DISTINCT interval.engineId', 'engineId')
      .where({ platformId: In([...platformIds]), category: In(FLAGGING_CATEGORIES) })
      .getRawMany<{ engineId: number }>();
    const engineIds = [...new Set([...flagging.map(({ engineId }) => engineId), ...alsoOf])];
    if (engineIds.length === 0) return [];
    return intervals.find({
      where: { platformId: In([...platformIds]), engineId: In(engineIds) },
      relations: { engine: true },
    });
  }

  /** Every completed task of some platforms, oldest first, without those that joined another. */
  async judged(
    platformIds: readonly number[],
  ): Promise<Pick<ScanTask, 'id' | 'platformId' | 'isConclusive'>[]> {
    return this.unitOfWork.repository(ScanTask).find({
      select: { id: true, platformId: true, isConclusive: true },
      where: { platformId: In([...platformIds]), state: 'completed', joinedTaskId: IsNull() },
      order: { id: 'ASC' },
    });
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

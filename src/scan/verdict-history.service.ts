import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { FLAGGING_CATEGORIES, type Verdict } from '../alert/verdict.rules.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Engine } from '../vendor/engine.entity.js';
import type { JudgedTask } from './flag-life.rules.js';
import { ScanTask } from './scan-task.entity.js';
import { historyChange, type PresentInterval } from './verdict-history.rules.js';
import { VerdictInterval } from './verdict-interval.entity.js';
import type { VerdictSpan } from './verdict-changes.rules.js';

/** What makes a task one of those that intervals speak for. */
const SPEAKS = "earlier.state = 'completed' AND earlier.joinedTaskId IS NULL";

/** What an engine said for some time, under the name that it had then. */
export interface SaidSpan extends VerdictSpan {
  engineId: number;
}

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

  /** The intervals of a platform that begin at some tasks, or end at some. */
  async bordering(
    platformId: number,
    fromTaskIds: readonly number[],
    lastTaskIds: readonly number[],
  ): Promise<VerdictInterval[]> {
    return this.unitOfWork.repository(VerdictInterval).find({
      where: [
        { platformId, fromTaskId: In([...fromTaskIds]) },
        { platformId, lastTaskId: In([...lastTaskIds]) },
      ],
      relations: { engine: true },
    });
  }

  /** The engines that ever flagged a platform. */
  async everFlagging(platformId: number): Promise<number[]> {
    const rows = await this.unitOfWork
      .repository(VerdictInterval)
      .createQueryBuilder('interval')
      .select('DISTINCT interval.engineId', 'engineId')
      .where({ platformId, category: In(FLAGGING_CATEGORIES) })
      .getRawMany<{ engineId: number }>();
    return rows.map(({ engineId }) => engineId);
  }

  /**
   * All that some engines said of a platform, oldest first. Raw rows, as below: there may be thousands,
   * and entities of them would hold up the event loop.
   * @param until the task after which nothing is wanted
   */
  async saidBy(
    engineIds: readonly number[],
    platformId: number,
    until: number,
  ): Promise<SaidSpan[]> {
    if (engineIds.length === 0) return [];
    return this.unitOfWork
      .repository(VerdictInterval)
      .createQueryBuilder('interval')
      .innerJoin('interval.engine', 'engine')
      .select('interval.engineId', 'engineId')
      .addSelect('engine.name', 'engine')
      .addSelect('interval.category', 'category')
      .addSelect('interval.result', 'result')
      .addSelect('interval.fromTaskId', 'fromTaskId')
      .addSelect('interval.lastTaskId', 'lastTaskId')
      .where({ platformId, engineId: In([...engineIds]), fromTaskId: LessThanOrEqual(until) })
      .orderBy('interval.fromTaskId', 'ASC')
      .getRawMany<SaidSpan>();
  }

  /** Every completed task of a platform up to one, oldest first, without those that joined another. */
  async judged(platformId: number, until: number): Promise<JudgedTask[]> {
    const rows = await this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .select('task.id', 'id')
      .addSelect('CASE WHEN task.isConclusive THEN 1 ELSE 0 END', 'isConclusive')
      .where({ platformId, state: 'completed', joinedTaskId: IsNull(), id: LessThanOrEqual(until) })
      .orderBy('task.id', 'ASC')
      .getRawMany<{ id: number; isConclusive: unknown }>();
    return rows.map(({ id, isConclusive }) => ({ id, isConclusive: Number(isConclusive) === 1 }));
  }

  /**
   * The platform's last completed task before each rename was confirmed, by the engine's id; none
   * where there was no task yet.
   */
  async tasksBeforeRenames(platformId: number): Promise<Map<number, number>> {
    const rows = await this.unitOfWork
      .repository(Engine)
      .createQueryBuilder('engine')
      .innerJoin(
        ScanTask,
        'earlier',
        `earlier.platformId = :platformId AND earlier.completedAt <= engine.renamedAt AND ${SPEAKS}`,
        { platformId },
      )
      .select('engine.id', 'id')
      .addSelect('MAX(earlier.id)', 'taskId')
      .where({ renamedToId: Not(IsNull()) })
      .groupBy('engine.id')
      .getRawMany<{ id: number; taskId: number }>();
    return new Map(rows.map(({ id, taskId }) => [id, taskId]));
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

import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, Not, type SelectQueryBuilder } from 'typeorm';
import { Clock } from '../config/clock.js';
import { chunksOf } from '../database/chunks.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { keysetBatches, keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { addCounts, type CountRow } from './scan-counts.rules.js';
import { ScanTask } from './scan-task.entity.js';
import { Scan } from './scan.entity.js';
import { noCounts, OPEN_TASK_STATES, type ScanCounts } from './scan.rules.js';
import { TaskHandover } from './task-handover.service.js';
import { TaskLocks } from './task-locks.service.js';

/** Why a task failed or was skipped; the language file says each in words. */
export type TaskErrorCode =
  | 'invalid_url'
  | 'unexpected_answer'
  | 'virustotal_unavailable'
  | 'analysis_not_found'
  | 'analysis_late'
  | 'platform_removed'
  | 'platform_inactive'
  | 'scan_cancelled'
  | 'internal';

/** How a task ended. */
export interface TaskEnd {
  state: 'completed' | 'failed' | 'skipped';
  errorCode?: TaskErrorCode;
  errorDetail?: string;
  diagnosis?: string;
  result?: Pick<
    ScanTask,
    | 'malicious'
    | 'suspicious'
    | 'harmless'
    | 'undetected'
    | 'unanswered'
    | 'isConclusive'
    | 'isFlagged'
  >;
}

const ROWS_AN_INSERT = 200;
const AS_WORKED = { columns: ['task.id'], direction: 'ASC' } as const;

/**
 * There was a task before, and a verdict began in the task, or in the one that it joined, or ended in
 * the one before: an engine that only left begins nothing.
 */
const HAS_CHANGED = `task.state = 'completed' AND EXISTS (
    SELECT 1 FROM scan_tasks e WHERE e.id = (
      SELECT MAX(b.id) FROM scan_tasks b WHERE b.platform_id = task.platform_id
        AND b.state = 'completed' AND b.joined_task_id IS NULL
        AND b.id < COALESCE(task.joined_task_id, task.id))
    AND (
      EXISTS (SELECT 1 FROM verdict_intervals i
        WHERE i.from_task_id = COALESCE(task.joined_task_id, task.id))
      OR EXISTS (SELECT 1 FROM verdict_intervals i
        WHERE i.platform_id = task.platform_id AND i.last_task_id = e.id)))`;

/** A task with those that joined it, open and locked for the rest of the unit of work. */
export interface LockedTask {
  task: ScanTask;
  joined: ScanTask[];
}

/** The tasks of scans: made, ended, counted. Every method that writes joins a unit of work. */
@Injectable()
export class TaskService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly locks: TaskLocks,
    private readonly handover: TaskHandover,
  ) {}

  /**
   * The tasks that are about to scan some platforms, by platform, locked: until the caller's unit
   * of work ends, none of them does.
   */
  async joinable(platformIds: readonly number[]): Promise<Map<number, ScanTask>> {
    const ids: number[] = [];
    for (const part of chunksOf(platformIds)) {
      const rows = await this.unitOfWork
        .repository(ScanTask)
        .find({ select: { id: true }, where: { openPlatformId: In(part) } });
      ids.push(...rows.map(({ id }) => id));
    }
    const tasks = await this.locks.tasks(ids);
    return new Map(tasks.map((task) => [task.platformId, task]));
  }

  /**
   * Makes a scan's tasks in the order given. One whose platform another scan's task is about to
   * scan joins that task; a named scan moves it to the front.
   * @param joinable as the method of that name gives them
   * @throws QueryFailedError of the unique index when a platform has got a task meanwhile
   */
  async create(
    scan: Scan,
    platformIds: readonly number[],
    joinable: ReadonlyMap<number, ScanTask>,
  ): Promise<void> {
    const isUrgent = !scan.isOverAll;
    const rows = platformIds.map((platformId, position) => {
      const open = joinable.get(platformId);
      return {
        scanId: scan.id,
        platformId,
        position,
        isUrgent,
        state: open ? open.state : ('pending' as const),
        openPlatformId: open ? null : platformId,
        joinedTaskId: open?.id ?? null,
      };
    });
    const tasks = this.unitOfWork.repository(ScanTask);
    for (const part of chunksOf(rows, ROWS_AN_INSERT)) await tasks.insert(part);
    const joined = { isJoined: true, ...(isUrgent ? { isUrgent } : {}) };
    for (const part of chunksOf([...joinable.values()])) {
      await tasks.update({ id: In(part.map(({ id }) => id)) }, joined);
    }
  }

  /**
   * Locks a task and those that joined it.
   * @returns them as they stand, or null when the task was done meanwhile
   */
  async stillOpen(id: number): Promise<LockedTask | null> {
    const [task] = await this.locks.tasks([id]);
    if (!task) return null;
    const joined = task.isJoined ? await this.locks.joinedTo([id]) : [];
    return { task, joined };
  }

  /**
   * Ends a task that {@link stillOpen} locked, and those that joined it. The caller then sees to
   * their scans, see {@link ScanEnd}.
   */
  async end({ task, joined }: LockedTask, end: TaskEnd): Promise<void> {
    // A task that joined another shows the analysis that spoke for it, too.
    await this.close([task, ...joined], { ...end, analysisId: task.analysisId });
  }

  /**
   * Skips a cancelled scan's pending tasks. A task of another scan that joined one of them takes
   * over the work; one that they joined is not urgent on their account any more.
   */
  async skipPending(scanId: number): Promise<void> {
    const pending = await this.unitOfWork.repository(ScanTask).findBy({ scanId, state: 'pending' });
    const others = await this.locks.idsJoinedTo(pending.map(({ id }) => id));
    const open = await this.locks.tasks([...pending.flatMap(idAndJoined), ...others]);
    const skipped = open.filter((task) => task.scanId === scanId && task.state === 'pending');
    const joined = await this.locks.joinedTo(skipped.map(({ id }) => id));
    await this.close(skipped, { state: 'skipped', errorCode: 'scan_cancelled' });
    await this.handover.handOver(joined);
    const left = skipped.flatMap(({ joinedTaskId }) => joinedTaskId ?? []);
    await this.handover.calmDown(await this.locks.tasks(left));
  }

  /** Whether a task of a scan joined another and waits for it. */
  async hasJoined(scanId: number, joinedTaskId: number): Promise<boolean> {
    return this.unitOfWork
      .repository(ScanTask)
      .existsBy({ scanId, joinedTaskId, state: In(OPEN_TASK_STATES) });
  }

  /** Some open task of a platform that does its own work; null when there is none. */
  async openTaskOf(platformId: number): Promise<number | null> {
    const found = await this.unitOfWork.repository(ScanTask).findOne({
      select: { id: true },
      where: { openPlatformId: platformId, state: In(OPEN_TASK_STATES) },
    });
    return found?.id ?? null;
  }

  /** The counts of some scans. */
  async counts(scanIds: readonly number[]): Promise<Map<number, ScanCounts>> {
    const byScan = new Map(scanIds.map((id) => [id, noCounts()]));
    if (scanIds.length === 0) return byScan;
    // One statement: between two, thinning might move a task from the one count to the other.
    const rows = await this.unitOfWork
      .repository(Scan)
      .createQueryBuilder('scan')
      .leftJoin(ScanTask, 'task', 'task.scanId = scan.id')
      .select('scan.id', 'scanId')
      .addSelect('scan.thinnedCompleted', 'thinned')
      .addSelect('scan.thinnedFlagged', 'thinnedFlagged')
      .addSelect('task.state', 'state')
      .addSelect('COUNT(task.id)', 'total')
      .addSelect('SUM(CASE WHEN task.isFlagged THEN 1 ELSE 0 END)', 'flagged')
      .where('scan.id IN (:...scanIds)', { scanIds })
      .groupBy('scan.id')
      .addGroupBy('scan.thinnedCompleted')
      .addGroupBy('scan.thinnedFlagged')
      .addGroupBy('task.state')
      .getRawMany<CountRow>();
    for (const [scanId, counts] of byScan) {
      addCounts(
        counts,
        rows.filter((row) => row.scanId === scanId),
      );
    }
    return byScan;
  }

  /** When a scan last got anywhere: a URL submitted, or a task ended; null before that. */
  async lastProgressAt(scanId: number): Promise<Date | null> {
    const newest = (column: 'submittedAt' | 'completedAt') =>
      this.unitOfWork
        .repository(ScanTask)
        .findOne({ where: { scanId, [column]: Not(IsNull()) }, order: { [column]: 'DESC' } });
    const times = [
      (await newest('submittedAt'))?.submittedAt,
      (await newest('completedAt'))?.completedAt,
    ]
      .filter((at) => at instanceof Date)
      .map((at) => at.getTime());
    return times.length > 0 ? new Date(Math.max(...times)) : null;
  }

  /** Whether VirusTotal has taken any platform since. */
  async isAnySubmittedAfter(at: Date): Promise<boolean> {
    return this.unitOfWork.repository(ScanTask).existsBy({ submittedAt: MoreThan(at) });
  }

  /** A platform's completed task that did its own work; null when there is none of that id. */
  async completedTask(platformId: number, id: number): Promise<ScanTask | null> {
    const where = { id, platformId, state: 'completed', joinedTaskId: IsNull() } as const;
    return this.unitOfWork.repository(ScanTask).findOneBy(where);
  }

  /**
   * A scan's tasks with their platforms, in the order they are worked.
   * @param isChanged only those in which an engine said something else than the time before
   */
  async list(scanId: number, page: PageQuery, isChanged = false): Promise<Page<ScanTask>> {
    return keysetPage(this.ofScan(scanId, isChanged), AS_WORKED, page);
  }

  /** All that {@link list} means, a bounded batch at a time. */
  batches(scanId: number, isChanged: boolean): AsyncGenerator<ScanTask[]> {
    return keysetBatches(() => this.ofScan(scanId, isChanged), AS_WORKED);
  }

  /** A platform's completed tasks, newest first, without those that only joined another. */
  async completedOf(platformId: number, page: PageQuery): Promise<Page<ScanTask>> {
    const query = this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .where('task.platformId = :platformId', { platformId })
      .andWhere("task.state = 'completed' AND task.joinedTaskId IS NULL");
    return keysetPage(query, { columns: ['task.id'], direction: 'DESC' }, page);
  }

  private ofScan(scanId: number, isChanged: boolean): SelectQueryBuilder<ScanTask> {
    const query = this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .innerJoinAndSelect('task.platform', 'platform')
      .where('task.scanId = :scanId', { scanId });
    return isChanged ? query.andWhere(HAS_CHANGED) : query;
  }

  private async close(
    tasks: readonly ScanTask[],
    { state, errorCode, errorDetail, diagnosis, result, analysisId }: Closing,
  ): Promise<void> {
    const completedAt = this.clock.now();
    for (const part of chunksOf(tasks)) {
      await this.unitOfWork.repository(ScanTask).update(
        { id: In(part.map(({ id }) => id)) },
        {
          state,
          openPlatformId: null,
          dueAt: null,
          errorCode: errorCode ?? null,
          errorDetail: errorDetail?.slice(0, 1000) ?? null,
          diagnosis: diagnosis ?? null,
          completedAt,
          ...(analysisId === undefined ? {} : { analysisId }),
          ...result,
        },
      );
    }
  }
}

type Closing = TaskEnd & { analysisId?: string | null };

function idAndJoined({ id, joinedTaskId }: ScanTask): number[] {
  return joinedTaskId === null ? [id] : [id, joinedTaskId];
}

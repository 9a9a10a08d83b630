import { Injectable } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { addCounts, type CountRow } from './scan-counts.rules.js';
import { ScanTask, type ScanTaskState } from './scan-task.entity.js';
import { Scan } from './scan.entity.js';
import { finalState, noCounts, type ScanCounts } from './scan.rules.js';

/** Why a task failed or was skipped; the language file says each in words. */
export type TaskErrorCode =
  | 'invalid_url'
  | 'unexpected_answer'
  | 'virustotal_unavailable'
  | 'analysis_not_found'
  | 'analysis_late'
  | 'platform_removed'
  | 'platform_inactive'
  | 'scan_cancelled';

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

const OPEN_STATES: ScanTaskState[] = ['pending', 'submitted'];
const INSERT_CHUNK = 200;

/** The tasks of scans: made, ended, counted. Every method that writes joins a unit of work. */
@Injectable()
export class TaskService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a scan's tasks in the order given. A platform that another scan's task is about to scan
   * joins that task; a named scan moves it to the front.
   */
  async create(scan: Scan, platformIds: readonly number[]): Promise<void> {
    const openTasks = await this.openTasks(platformIds);
    const isUrgent = !scan.isOverAll;
    const rows = platformIds.map((platformId, position) => {
      const open = openTasks.get(platformId);
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
    for (let start = 0; start < rows.length; start += INSERT_CHUNK) {
      await tasks.insert(rows.slice(start, start + INSERT_CHUNK));
    }
    const joined = [...openTasks.values()].map((task) => task.id);
    if (isUrgent && joined.length > 0) await tasks.update({ id: In(joined) }, { isUrgent: true });
  }

  /** @returns the task as it stands, or null when it was done meanwhile */
  async stillOpen(id: number): Promise<ScanTask | null> {
    return this.unitOfWork.repository(ScanTask).findOne({
      where: { id, state: In(OPEN_STATES) },
      lock: this.unitOfWork.forUpdate,
    });
  }

  /** Ends a task, those that joined it, and every scan that has no other left to do. */
  async end(task: ScanTask, end: TaskEnd): Promise<void> {
    const tasks = this.unitOfWork.repository(ScanTask);
    const joined = await tasks.findBy({ joinedTaskId: task.id, state: In(OPEN_STATES) });
    await tasks.update(
      { id: In([task.id, ...joined.map(({ id }) => id)]) },
      {
        state: end.state,
        openPlatformId: null,
        dueAt: null,
        errorCode: end.errorCode ?? null,
        errorDetail: end.errorDetail?.slice(0, 1000) ?? null,
        diagnosis: end.diagnosis ?? null,
        completedAt: this.clock.now(),
        // A task that joined another shows the analysis that spoke for it, too.
        analysisId: task.analysisId,
        ...end.result,
      },
    );
    for (const scanId of new Set([task.scanId, ...joined.map((other) => other.scanId)])) {
      await this.finishIfDone(scanId);
    }
  }

  /** What joined tasks show follows the task that does their work. */
  async follow(task: ScanTask, state: ScanTaskState): Promise<void> {
    await this.unitOfWork
      .repository(ScanTask)
      .update({ joinedTaskId: task.id, state: In(OPEN_STATES) }, { state });
  }

  /**
   * Skips a cancelled scan's pending tasks. A task of another scan that joined one of them takes
   * over the work.
   */
  async skipPending(scanId: number): Promise<void> {
    const pending = await this.unitOfWork.repository(ScanTask).findBy({ scanId, state: 'pending' });
    for (const task of pending) {
      if (task.joinedTaskId === null) await this.handOver(task);
      await this.end(task, { state: 'skipped', errorCode: 'scan_cancelled' });
    }
  }

  /**
   * Skips every open task of a removed platform, submitted ones too: an answer that is under way
   * must not open an alert that nobody would resolve.
   */
  async skipPlatform(platformId: number): Promise<void> {
    const open = await this.unitOfWork
      .repository(ScanTask)
      .findBy({ platformId, state: In(OPEN_STATES), joinedTaskId: IsNull() });
    for (const task of open) {
      await this.end(task, { state: 'skipped', errorCode: 'platform_removed' });
    }
  }

  /** Ends a scan that has no open task. @returns the scan as it stands */
  async finishIfDone(scanId: number): Promise<Scan> {
    const scans = this.unitOfWork.repository(Scan);
    // Locked: of two last tasks that end at once, the second must see the first one's end.
    const scan = await scans.findOneOrFail({
      where: { id: scanId },
      lock: this.unitOfWork.forUpdate,
    });
    const isAnyOpen = await this.unitOfWork
      .repository(ScanTask)
      .existsBy({ scanId, state: In(OPEN_STATES) });
    if (isAnyOpen || scan.finishedAt) return scan;
    const counts = (await this.counts([scanId])).get(scanId) ?? noCounts();
    scan.state = finalState(counts, scan.state === 'cancelled');
    scan.finishedAt = this.clock.now();
    scan.startedAt ??= scan.finishedAt;
    scan.openOverAll = null;
    scan.reason = null;
    scan.waitingUntil = null;
    return scans.save(scan);
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

  /** A scan's tasks with their platforms, in the order they are worked. */
  async list(scanId: number, page: PageQuery): Promise<Page<ScanTask>> {
    const query = this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .innerJoinAndSelect('task.platform', 'platform')
      .where('task.scanId = :scanId', { scanId });
    return keysetPage(query, { columns: ['task.id'], direction: 'ASC' }, page);
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

  private async openTasks(platformIds: readonly number[]): Promise<Map<number, ScanTask>> {
    const open = await this.unitOfWork
      .repository(ScanTask)
      .findBy({ state: In(OPEN_STATES), joinedTaskId: IsNull() });
    const wanted = new Set(platformIds);
    return new Map(
      open.filter((task) => wanted.has(task.platformId)).map((task) => [task.platformId, task]),
    );
  }

  /** The first of the tasks that joined a task takes its place; the others follow that one. */
  private async handOver(task: ScanTask): Promise<void> {
    const tasks = this.unitOfWork.repository(ScanTask);
    const joined = await tasks.find({
      where: { joinedTaskId: task.id, state: In(OPEN_STATES) },
      order: { id: 'ASC' },
    });
    const heir = joined[0];
    if (!heir) return;
    await tasks.update({ id: task.id }, { openPlatformId: null });
    await tasks.update(
      { id: heir.id },
      { joinedTaskId: null, openPlatformId: task.platformId, state: 'pending' },
    );
    const rest = joined.slice(1).map(({ id }) => id);
    if (rest.length > 0) await tasks.update({ id: In(rest) }, { joinedTaskId: heir.id });
  }
}

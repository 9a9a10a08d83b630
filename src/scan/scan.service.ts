import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not, type SelectQueryBuilder } from 'typeorm';
import { Clock } from '../config/clock.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PlatformService } from '../platform/platform.service.js';
import { statusOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { NotFoundError } from '../web/domain-error.js';
import { showId } from '../web/ids.js';
import {
  keysetBatches,
  type KeysetOrder,
  keysetPage,
  type Page,
  type PageQuery,
} from '../web/paging.js';
import { orderOf } from '../web/sorting.js';
import { SCAN_SORTS } from './scan-sort.js';
import { ScanSchedule } from './scan-schedule.entity.js';
import type { ScanTask } from './scan-task.entity.js';
import { Scan, type ScanTrigger } from './scan.entity.js';
import {
  IntegrationNotActiveError,
  PlatformNotScannableError,
  ScanRunningError,
} from './scan.errors.js';
import { nextScanAt } from './scan.rules.js';
import { TaskService } from './task.service.js';

/** How many platforms a manual scan may name. */
export const MAX_NAMED_PLATFORMS = 50;

/** Who asks for a scan, and through what. */
export interface ScanRequest {
  trigger: ScanTrigger;
  /** For people to read; null for the schedule. */
  requestedBy: string | null;
  /** Writes what else is to be written with the scan, in its transaction. */
  alsoWrite?: (scan: Scan) => Promise<void>;
}

const NEWEST_FIRST: KeysetOrder = { columns: ['scan.id'], direction: 'DESC' };

const SCHEDULE_ID = 1;
/** How often the beginning of a scan is tried that another one's beginning stood in the way of. */
const BEGIN_TRIES = 5;

/** Requests a platform are measured over so many scans, and not on fewer tasks than this. */
const MEASURED_SCANS = 5;
const MEASURED_TASKS = 10;

/** Scans: begun and read. The engine does their tasks, and {@link ScanEnd} ends them. */
@Injectable()
export class ScanService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly settings: VirusTotalSettingsService,
    private readonly platforms: PlatformService,
    private readonly tasks: TaskService,
  ) {}

  /**
   * Begins a scan over all active platforms, as the set stands now.
   * @throws IntegrationNotActiveError, ScanRunningError
   */
  async startOverAll(request: ScanRequest): Promise<Scan> {
    return this.begin(() => this.overAll(request));
  }

  /**
   * Begins the scheduled scan if it is due and none over all runs: the claim that the interval, the
   * minute's look and every instance share. An overdue one is begun once, however many were missed.
   * @returns the scan, or null when it is not time
   */
  async startIfDue(): Promise<Scan | null> {
    const due = await this.schedule();
    if (!due?.nextScanAt || due.nextScanAt > this.clock.now()) return null;
    try {
      return await this.begin(async () => {
        if (await this.runningOverAll()) return null;
        const claimed = await this.unitOfWork
          .repository(ScanSchedule)
          .update(
            { id: SCHEDULE_ID, nextScanAt: due.nextScanAt ?? IsNull() },
            { nextScanAt: null },
          );
        if (claimed.affected !== 1) return null;
        return this.overAll({ trigger: 'scheduled', requestedBy: null });
      });
    } catch (error) {
      if (error instanceof ScanRunningError || error instanceof IntegrationNotActiveError)
        return null;
      throw error;
    }
  }

  /**
   * Begins a scan of up to 50 named platforms, beside a scan over all and from the reserve.
   * @throws IntegrationNotActiveError, PlatformNotScannableError
   */
  async startNamed(platformIds: readonly number[], request: ScanRequest): Promise<Scan> {
    return this.begin(async () => {
      await this.assertActive();
      const found = await this.platforms.findMany([...platformIds]);
      const scannable = new Set(
        found.filter((platform) => platform.isActive && !platform.archivedAt).map(({ id }) => id),
      );
      const missing = platformIds.find((id) => !scannable.has(id));
      if (missing !== undefined) throw new PlatformNotScannableError(showId(missing));
      return this.create(request, false, [...new Set(platformIds)]);
    });
  }

  /** @throws NotFoundError */
  async get(id: number): Promise<Scan> {
    const scan = await this.unitOfWork.repository(Scan).findOneBy({ id });
    if (!scan) throw new NotFoundError();
    return scan;
  }

  /** The newest scan over all platforms, or null before the first. */
  async latest(): Promise<Scan | null> {
    return this.unitOfWork
      .repository(Scan)
      .findOne({ where: { isOverAll: true }, order: { id: 'DESC' } });
  }

  /** Scans, newest first unless `sort` says otherwise. */
  async list(page: PageQuery & { sort?: string }): Promise<Page<Scan>> {
    return keysetPage(this.scans(), inOrder(page.sort), page);
  }

  /** All scans in the order of a list, a bounded batch at a time. */
  batches(sort?: string): AsyncGenerator<Scan[]> {
    return keysetBatches(() => this.scans(), inOrder(sort));
  }

  /** Scans whose tasks are not all done. */
  async open(): Promise<Scan[]> {
    return this.unitOfWork
      .repository(Scan)
      .find({ where: { finishedAt: IsNull() }, order: { id: 'ASC' } });
  }

  /** Whether the scan over all that is under way needs a task, be it its own or one that it joined. */
  async isOverAllWaitingFor({ id, scanId, isJoined }: ScanTask): Promise<boolean> {
    const running = await this.runningOverAll();
    if (!running || running.id === scanId) return running !== null;
    return isJoined && this.tasks.hasJoined(running.id, id);
  }

  /** When scans over all platforms began and will begin. */
  async schedule(): Promise<ScanSchedule | null> {
    return this.unitOfWork.repository(ScanSchedule).findOneBy({ id: SCHEDULE_ID });
  }

  /** Sets when the next scan is due, from the settings as they stand. */
  async reschedule(): Promise<Date | null> {
    return this.unitOfWork.run(async () => {
      const settings = await this.settings.current();
      const known = await this.schedule();
      const next =
        statusOf(settings) === 'active'
          ? nextScanAt(known?.lastStartedAt ?? null, settings.scanFrequencyDays, this.clock.now())
          : null;
      if (known && known.nextScanAt?.getTime() === next?.getTime()) return next;
      await this.unitOfWork.repository(ScanSchedule).save({
        id: SCHEDULE_ID,
        lastStartedAt: known?.lastStartedAt ?? null,
        nextScanAt: next,
      });
      return next;
    });
  }

  /**
   * How many requests a platform took in the last scans over all that ended; null before there are
   * enough to tell.
   */
  async measuredRequestsPerPlatform(): Promise<number | null> {
    const recent = await this.unitOfWork.repository(Scan).find({
      where: { isOverAll: true, finishedAt: Not(IsNull()), requestsUsed: MoreThan(0) },
      order: { id: 'DESC' },
      take: MEASURED_SCANS,
    });
    const counts = await this.tasks.counts(recent.map(({ id }) => id));
    const completed = [...counts.values()].reduce((sum, count) => sum + count.completed, 0);
    if (completed < MEASURED_TASKS) return null;
    return recent.reduce((sum, scan) => sum + scan.requestsUsed, 0) / completed;
  }

  /**
   * One scan begins after the other, since two at one moment could both make a platform's task. The
   * database admits one such task all the same, where there is no schedule yet to wait at, or
   * when one was handed over meanwhile: it is found at the second try.
   */
  private async begin<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.unitOfWork.run(async () => {
          await this.lockSchedule();
          return work();
        });
      } catch (error) {
        if (!isUniqueViolation(error) || tries >= BEGIN_TRIES) throw error;
      }
    }
  }

  private async lockSchedule(): Promise<void> {
    const lock = this.unitOfWork.forUpdate;
    await this.unitOfWork.repository(ScanSchedule).findOne({ where: { id: SCHEDULE_ID }, lock });
  }

  private async overAll(request: ScanRequest): Promise<Scan> {
    await this.assertActive();
    const running = await this.runningOverAll();
    if (running) throw new ScanRunningError(showId(running.id));
    await this.moveSchedule(this.clock.now());
    const platforms = await this.platforms.activePlatforms();
    return this.create(
      request,
      true,
      platforms.map(({ id }) => id),
    );
  }

  private async runningOverAll(): Promise<Scan | null> {
    return this.unitOfWork.repository(Scan).findOneBy({ openOverAll: 1 });
  }

  private async assertActive(): Promise<void> {
    if (statusOf(await this.settings.current()) !== 'active') throw new IntegrationNotActiveError();
  }

  private async moveSchedule(startedAt: Date): Promise<void> {
    const { scanFrequencyDays } = await this.settings.current();
    await this.unitOfWork.repository(ScanSchedule).save({
      id: SCHEDULE_ID,
      lastStartedAt: startedAt,
      nextScanAt: nextScanAt(startedAt, scanFrequencyDays, startedAt),
    });
  }

  private scans(): SelectQueryBuilder<Scan> {
    return this.unitOfWork.repository(Scan).createQueryBuilder('scan');
  }

  private async create(
    { trigger, requestedBy, alsoWrite }: ScanRequest,
    isOverAll: boolean,
    platformIds: readonly number[],
  ): Promise<Scan> {
    const joinable = await this.tasks.joinable(platformIds);
    const isUnderWay = [...joinable.values()].some(({ state }) => state === 'submitted');
    const now = this.clock.now();
    const isEmpty = platformIds.length === 0;
    const scan = await this.unitOfWork.repository(Scan).save({
      trigger,
      requestedBy,
      isOverAll,
      openOverAll: isOverAll && !isEmpty ? 1 : null,
      state: isEmpty ? 'completed' : isUnderWay ? 'running' : 'queued',
      reason: null,
      waitingUntil: null,
      requestsUsed: 0,
      createdAt: now,
      startedAt: isUnderWay || isEmpty ? now : null,
      finishedAt: isEmpty ? now : null,
    });
    await this.tasks.create(scan, platformIds, joinable);
    await alsoWrite?.(scan);
    return this.get(scan.id);
  }
}

function inOrder(sort: string | undefined): KeysetOrder {
  return sort === undefined ? NEWEST_FIRST : orderOf(SCAN_SORTS, sort);
}

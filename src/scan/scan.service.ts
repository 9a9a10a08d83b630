import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not, QueryFailedError } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PlatformService } from '../platform/platform.service.js';
import { statusOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { NotFoundError } from '../web/domain-error.js';
import { showId } from '../web/ids.js';
import { keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { ScanSchedule } from './scan-schedule.entity.js';
import { Scan, type ScanTrigger } from './scan.entity.js';
import {
  IntegrationNotActiveError,
  PlatformNotScannableError,
  ScanEndedError,
  ScanRunningError,
} from './scan.errors.js';
import { hasEnded, nextScanAt } from './scan.rules.js';
import { TaskService } from './task.service.js';

/** How many platforms a manual scan may name. */
export const MAX_NAMED_PLATFORMS = 50;

/** Who asks for a scan, and through what. */
export interface ScanRequest {
  trigger: ScanTrigger;
  /** For people to read; null for the schedule. */
  requestedBy: string | null;
}

const SCHEDULE_ID = 1;

/** Requests a platform are measured over so many scans, and not on fewer tasks than this. */
const MEASURED_SCANS = 5;
const MEASURED_TASKS = 10;

/** Scans: begun, cancelled, read. The engine does their tasks. */
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
    try {
      return await this.unitOfWork.run(async () => {
        await this.assertActive();
        const running = await this.runningOverAll();
        if (running) throw new ScanRunningError(showId(running.id));
        const scan = await this.create(request, true);
        await this.moveSchedule(scan.createdAt);
        const platformIds = (await this.platforms.activePlatforms()).map(({ id }) => id);
        await this.tasks.create(scan, platformIds);
        return this.tasks.finishIfDone(scan.id);
      });
    } catch (error) {
      // Two at the same moment: the database admits one, and the other is told of it.
      const running = error instanceof QueryFailedError ? await this.runningOverAll() : null;
      if (running) throw new ScanRunningError(showId(running.id));
      throw error;
    }
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
      return await this.unitOfWork.run(async () => {
        if (await this.runningOverAll()) return null;
        const claimed = await this.unitOfWork
          .repository(ScanSchedule)
          .update(
            { id: SCHEDULE_ID, nextScanAt: due.nextScanAt ?? IsNull() },
            { nextScanAt: null },
          );
        if (claimed.affected !== 1) return null;
        return this.startOverAll({ trigger: 'scheduled', requestedBy: null });
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
    return this.unitOfWork.run(async () => {
      await this.assertActive();
      const found = await this.platforms.findMany([...platformIds]);
      const scannable = new Set(
        found.filter((platform) => platform.isActive && !platform.archivedAt).map(({ id }) => id),
      );
      const missing = platformIds.find((id) => !scannable.has(id));
      if (missing !== undefined) throw new PlatformNotScannableError(showId(missing));
      const scan = await this.create(request, false);
      await this.tasks.create(scan, [...new Set(platformIds)]);
      return this.tasks.finishIfDone(scan.id);
    });
  }

  /**
   * Cancels a scan: pending tasks are skipped, submitted ones are still collected.
   * @throws NotFoundError, ScanEndedError
   */
  async cancel(id: number): Promise<Scan> {
    return this.unitOfWork.run(async () => {
      const scan = await this.get(id);
      if (hasEnded(scan.state)) throw new ScanEndedError();
      await this.unitOfWork
        .repository(Scan)
        .update({ id }, { state: 'cancelled', reason: null, waitingUntil: null });
      await this.tasks.skipPending(id);
      return this.tasks.finishIfDone(id);
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

  /** Scans, newest first. */
  async list(page: PageQuery): Promise<Page<Scan>> {
    const query = this.unitOfWork.repository(Scan).createQueryBuilder('scan');
    return keysetPage(query, { columns: ['scan.id'], direction: 'DESC' }, page);
  }

  /** Scans whose tasks are not all done. */
  async open(): Promise<Scan[]> {
    return this.unitOfWork
      .repository(Scan)
      .find({ where: { finishedAt: IsNull() }, order: { id: 'ASC' } });
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

  private async create({ trigger, requestedBy }: ScanRequest, isOverAll: boolean): Promise<Scan> {
    return this.unitOfWork.repository(Scan).save({
      trigger,
      requestedBy,
      isOverAll,
      openOverAll: isOverAll ? 1 : null,
      state: 'queued',
      reason: null,
      waitingUntil: null,
      requestsUsed: 0,
      createdAt: this.clock.now(),
      startedAt: null,
      finishedAt: null,
    });
  }
}

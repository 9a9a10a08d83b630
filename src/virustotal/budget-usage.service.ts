import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Quota, Quotas } from './answers.js';
import type { BudgetPlace } from './budget-place.entity.js';
import { BudgetUsage } from './budget-usage.entity.js';
import {
  dayOf,
  leftInPeriod,
  type Limits,
  monthOf,
  nextDay,
  nextMonth,
  openFromEarlier,
  periodLimit,
  type PeriodUsage,
  type Purpose,
} from './budget.rules.js';
import { keyIdOf } from './key-id.rules.js';
import type { VirusTotalSettings } from './virustotal-settings.entity.js';
import { limitsOf, VirusTotalSettingsService } from './virustotal-settings.service.js';

/** Requests granted, or which of the longer quotas is spent and until when. */
export type Granted = { size: number } | { shortage: 'day' | 'month'; until: Date };

/** One quota as pages and JSON show it. */
export interface QuotaState {
  /** Ours. */
  used: number;
  usedByOthers: number;
  /** The lower of the setting and VirusTotal's word. */
  limit: number;
  /** What a scan over all may still spend; the reserve is not part of it. */
  leftForScans: number;
  /** What scans over all may spend in a whole period: the limit without the reserve. */
  forScans: number;
  resetsAt: Date;
}

/** Some contracts allow more than a column of whole numbers holds; Oju's own limits end below. */
const MAX_COUNT = 2_000_000_000;

/**
 * Counts requests by UTC day and month, beside what VirusTotal says that others spent. Each key has
 * counts of its own: one that is removed and saved again has spent what it had.
 */
@Injectable()
export class BudgetUsageService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly settings: VirusTotalSettingsService,
  ) {}

  /**
   * Counts up to `wanted` requests as spent, inside the caller's unit of work, which must hold the
   * settings' lock. Account calls cost nothing here.
   * @param open the places that stand: one taken before midnight and not answered yet may still
   * arrive at VirusTotal in the new day
   */
  async spend(purpose: Purpose, wanted: number, open: readonly BudgetPlace[]): Promise<Granted> {
    if (purpose === 'account') return { size: 1 };
    const settings = await this.settings.current();
    const limits = limitsOf(settings);
    const now = this.clock.now();
    const day = await this.usageOf(settings, dayOf(now));
    const month = await this.usageOf(settings, monthOf(now));
    const { reservePercent } = limits;
    const leftToday =
      leftInPeriod(limits.perDay, day, reservePercent, purpose) - openFromEarlier(open, now, dayOf);
    const leftThisMonth =
      leftInPeriod(limits.perMonth, month, reservePercent, purpose) -
      openFromEarlier(open, now, monthOf);
    if (leftThisMonth < 1) return { shortage: 'month', until: nextMonth(now) };
    if (leftToday < 1) return { shortage: 'day', until: nextDay(now) };
    const size = Math.min(wanted, leftToday, leftThisMonth);
    await this.count(day, size);
    await this.count(month, size);
    return { size };
  }

  /**
   * A request that was sent before midnight UTC and answered after it may be counted in either day
   * by VirusTotal, so it counts in both here.
   */
  async countAgainIfDayChanged(takenAt: Date, purpose: Purpose): Promise<void> {
    const now = this.clock.now();
    if (purpose === 'account' || dayOf(takenAt) === dayOf(now)) return;
    await this.unitOfWork.run(async () => {
      const settings = await this.settings.lock();
      await this.count(await this.usageOf(settings, dayOf(now)), 1);
      if (monthOf(takenAt) === monthOf(now)) return;
      await this.count(await this.usageOf(settings, monthOf(now)), 1);
    });
  }

  /**
   * Counts requests whose answer was never seen, because their process was killed, in the present
   * day and month if they were sent in earlier ones. Inside the caller's unit of work, which must
   * hold the settings' lock.
   */
  async countLost(places: readonly BudgetPlace[]): Promise<void> {
    const settings = await this.settings.current();
    const now = this.clock.now();
    for (const period of [dayOf, monthOf]) {
      const lost = openFromEarlier(places, now, period);
      if (lost > 0) await this.count(await this.usageOf(settings, period(now)), lost);
    }
  }

  /**
   * Takes over what VirusTotal counted: other tools may share the key.
   * @param apiKey the key they are told of; under another one than that in force they count nothing
   */
  async recordQuotas(quotas: Quotas, apiKey: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const settings = await this.settings.lock();
      if (settings.keyId !== null && settings.keyId !== keyIdOf(apiKey)) return;
      const now = this.clock.now();
      await this.record(await this.usageOf(settings, dayOf(now)), quotas.daily);
      await this.record(await this.usageOf(settings, monthOf(now)), quotas.monthly);
    });
  }

  /** The day's and the month's quota as they stand. */
  async state(): Promise<{ day: QuotaState; month: QuotaState }> {
    const settings = await this.settings.current();
    const limits = limitsOf(settings);
    const now = this.clock.now();
    const day = await this.usageOf(settings, dayOf(now));
    const month = await this.usageOf(settings, monthOf(now));
    return {
      day: this.quotaState(limits.perDay, day, limits, nextDay(now)),
      month: this.quotaState(limits.perMonth, month, limits, nextMonth(now)),
    };
  }

  private quotaState(
    setting: number,
    usage: PeriodUsage,
    { reservePercent }: Limits,
    resetsAt: Date,
  ): QuotaState {
    return {
      used: usage.used,
      usedByOthers: usage.usedByOthers,
      limit: periodLimit(setting, usage, reservePercent, 'urgent'),
      leftForScans: leftInPeriod(setting, usage, reservePercent, 'routine'),
      forScans: periodLimit(setting, usage, reservePercent, 'routine'),
      resetsAt,
    };
  }

  /** Of the key in force. */
  private async usageOf({ keyId }: VirusTotalSettings, period: string): Promise<BudgetUsage> {
    const usages = this.unitOfWork.repository(BudgetUsage);
    const id = { keyId: keyId ?? '', period };
    const unused = { ...id, used: 0, usedByOthers: 0, allowed: null, readAt: null };
    return (await usages.findOneBy(id)) ?? usages.create(unused);
  }

  private async count(usage: BudgetUsage, size: number): Promise<void> {
    usage.used += size;
    await this.unitOfWork.repository(BudgetUsage).save(usage);
  }

  private async record(usage: BudgetUsage, quota: Quota | null): Promise<void> {
    if (!quota) return;
    usage.usedByOthers = Math.max(0, Math.min(quota.used, MAX_COUNT) - usage.used);
    usage.allowed = Math.min(quota.allowed, MAX_COUNT);
    usage.readAt = this.clock.now();
    await this.unitOfWork.repository(BudgetUsage).save(usage);
  }
}

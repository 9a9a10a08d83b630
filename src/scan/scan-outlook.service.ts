import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { BudgetUsageService, type QuotaState } from '../virustotal/budget-usage.service.js';
import { VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { momentText } from '../web/moment-text.js';
import { translator } from '../web/translator.js';
import {
  ASSUMED_REQUESTS_PER_PLATFORM,
  forecastEnd,
  platformsPerHour,
  requestsLeft,
  roughTime,
} from './scan-forecast.rules.js';
import type { Scan } from './scan.entity.js';
import { doneOf, hasEnded, type ScanCounts } from './scan.rules.js';
import { ScanService } from './scan.service.js';

const t = translator();

/** How a scan gets on, in the words of whoever reads; what there is nothing to say of is empty. */
export interface ProgressWords {
  /** Such as `running`. */
  state: string;
  /** How many platforms are done, of how many. */
  count: string;
  /** How fast it goes and how long it still takes, or why it waits and until when. */
  now: string;
  /** What it still needs, and when it ends. */
  need: string;
}

interface Forecast {
  requests: number;
  perMinute: number;
  perPlatform: number;
  /** Null when it takes over a year. */
  end: Date | null;
}

/** Says in words how a scan gets on, why it waits, until when, and what it will still need. */
@Injectable()
export class ScanOutlook {
  constructor(
    private readonly clock: Clock,
    private readonly scans: ScanService,
    private readonly settings: VirusTotalSettingsService,
    private readonly usage: BudgetUsageService,
  ) {}

  /** How a scan gets on, whatever its state. */
  async words(scan: Scan, counts: ScanCounts): Promise<ProgressWords> {
    const forecast = await this.forecast(scan, counts);
    return {
      state: t(`scan.state.${scan.state}`),
      count: t('scan.countDone', { done: doneOf(counts), total: counts.total }),
      now: (await this.wait(scan, counts)) ?? this.pace(scan, forecast),
      need: scan.isOverAll && forecast !== null ? needInWords(forecast) : '',
    };
  }

  /** Why a scan waits, until when, and what is left of it; null for one that does not. */
  async wait({ state, reason, waitingUntil }: Scan, counts: ScanCounts): Promise<string | null> {
    if (state !== 'waiting' || reason === null) return null;
    const { day, month } = await this.usage.state();
    const because = t(`scan.waitReason.${reason}`);
    const spent =
      reason === 'day_quota_spent' ? day : reason === 'month_quota_spent' ? month : null;
    const why = spent === null ? because : `${because} (${spentInWords(spent)})`;
    const waits = waitingUntil
      ? t('scan.waitsUntil', { why, until: momentText(waitingUntil) })
      : t('scan.waits', { why });
    return `${waits} ${t('scan.left', { count: counts.pending + counts.submitted })}`;
  }

  /**
   * How many requests an open scan over all still needs, and when it will end if nothing else
   * spends the key; null when nothing is left, or when only a person can make it go on.
   */
  async need(scan: Scan, counts: ScanCounts): Promise<string | null> {
    const forecast = scan.isOverAll ? await this.forecast(scan, counts) : null;
    return forecast === null ? null : needInWords(forecast);
  }

  private async forecast(scan: Scan, counts: ScanCounts): Promise<Forecast | null> {
    const isHeldUp = scan.state === 'waiting' && scan.waitingUntil === null;
    if (scan.finishedAt !== null || isHeldUp) return null;
    const perPlatform =
      (await this.scans.measuredRequestsPerPlatform()) ?? ASSUMED_REQUESTS_PER_PLATFORM;
    const requests = requestsLeft(counts, perPlatform);
    if (requests === 0) return null;
    const { day, month } = await this.usage.state();
    const { requestsPerMinute: perMinute } = await this.settings.current();
    const [today, thisMonth] = [day, month].map((quota) => forScan(quota, scan.isOverAll));
    const outlook = {
      perMinute,
      perDay: today?.whole ?? 0,
      perMonth: thisMonth?.whole ?? 0,
      leftToday: today?.left ?? 0,
      leftThisMonth: thisMonth?.left ?? 0,
    };
    const end = forecastEnd(requests, outlook, this.clock.now(), this.goesOnAt(scan));
    return { requests, perMinute, perPlatform, end };
  }

  private pace(scan: Scan, forecast: Forecast | null): string {
    if (scan.finishedAt !== null) return '';
    if (hasEnded(scan.state)) return t('scan.collecting');
    if (scan.state === 'queued') return t('scan.beginsSoon');
    if (forecast === null) return t('scan.lastSteps');
    const { perMinute, perPlatform, end } = forecast;
    const rate = t('scan.rate', {
      count: Math.max(1, Math.round(platformsPerHour(perMinute, perPlatform))),
    });
    if (end === null) return rate;
    const { unit, count } = roughTime(end.getTime() - this.clock.now().getTime());
    return `${rate} ${t(`scan.timeLeft.${unit}`, { count })}`;
  }

  private goesOnAt({ waitingUntil }: Scan): Date {
    const now = this.clock.now();
    return waitingUntil !== null && waitingUntil > now ? waitingUntil : now;
  }
}

/** Scans of named platforms may spend the reserve as well. */
function forScan(quota: QuotaState, isOverAll: boolean): { whole: number; left: number } {
  const { limit, used, usedByOthers, forScans, leftForScans } = quota;
  return isOverAll
    ? { whole: forScans, left: leftForScans }
    : { whole: limit, left: Math.max(0, limit - used - usedByOthers) };
}

function needInWords({ requests, end }: Forecast): string {
  return end === null
    ? t('scan.needsOverAYear', { count: requests })
    : t('scan.needs', { count: requests, end: momentText(end) });
}

function spentInWords({ used, usedByOthers, limit }: QuotaState): string {
  const own = t('scan.spent', { used, limit });
  return usedByOthers > 0 ? `${own}, ${t('scan.spentByOthers', { count: usedByOthers })}` : own;
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { BudgetUsageService, type QuotaState } from '../virustotal/budget-usage.service.js';
import { VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { momentText } from '../web/moment-text.js';
import { translator } from '../web/translator.js';
import { ASSUMED_REQUESTS_PER_PLATFORM, forecastEnd, requestsLeft } from './scan-forecast.rules.js';
import type { Scan } from './scan.entity.js';
import type { ScanCounts } from './scan.rules.js';
import { ScanService } from './scan.service.js';

const t = translator();

/** Says in words why a scan waits, until when, and what it will still need. */
@Injectable()
export class ScanOutlook {
  constructor(
    private readonly clock: Clock,
    private readonly scans: ScanService,
    private readonly settings: VirusTotalSettingsService,
    private readonly usage: BudgetUsageService,
  ) {}

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
    const isHeldUp = scan.state === 'waiting' && scan.waitingUntil === null;
    if (scan.finishedAt !== null || !scan.isOverAll || isHeldUp) return null;
    const perPlatform =
      (await this.scans.measuredRequestsPerPlatform()) ?? ASSUMED_REQUESTS_PER_PLATFORM;
    const requests = requestsLeft(counts, perPlatform);
    if (requests === 0) return null;
    const { day, month } = await this.usage.state();
    const { requestsPerMinute } = await this.settings.current();
    const end = forecastEnd(
      requests,
      {
        perMinute: requestsPerMinute,
        perDay: day.forScans,
        perMonth: month.forScans,
        leftToday: day.leftForScans,
        leftThisMonth: month.leftForScans,
      },
      this.clock.now(),
      this.goesOnAt(scan),
    );
    if (end === null) return t('scan.needsOverAYear', { count: requests });
    return t('scan.needs', { count: requests, end: momentText(end) });
  }

  private goesOnAt({ waitingUntil }: Scan): Date {
    const now = this.clock.now();
    return waitingUntil !== null && waitingUntil > now ? waitingUntil : now;
  }
}

function spentInWords({ used, usedByOthers, limit }: QuotaState): string {
  const own = t('scan.spent', { used, limit });
  return usedByOthers > 0 ? `${own}, ${t('scan.spentByOthers', { count: usedByOthers })}` : own;
}

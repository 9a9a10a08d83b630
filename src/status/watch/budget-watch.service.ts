import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { IntegrationService } from '../../integration/integration.service.js';
import { integrationView } from '../../integration/integration.view.js';
import { Outbox } from '../../notification/outbox/outbox.js';
import { ScanOutlook } from '../../scan/scan-outlook.service.js';
import { dayOf, monthOf } from '../../virustotal/budget.rules.js';
import { type ScanAtAGlance, ScanningStatusService } from '../scanning-status.service.js';

/** What is short: the day's or the month's quota, or what the limits carry in a period. */
type Shortage = 'day' | 'month' | 'capacity';

/**
 * Tells that the budget is short, at most once a UTC day of the day's quota and once a UTC month of
 * the month's: when it is spent and a scan waits for it. And once a UTC month that the limits
 * cannot carry the active platforms at the frequency set, while a scan over all is under way.
 */
@Injectable()
export class BudgetWatch {
  constructor(
    private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly scanning: ScanningStatusService,
    private readonly integration: IntegrationService,
    private readonly outlook: ScanOutlook,
  ) {}

  /** Called every minute. */
  async look(): Promise<void> {
    if (!(await this.outbox.isListening())) return;
    const { open, integration } = await this.scanning.status();
    if (integration !== 'active') return;
    const now = this.clock.now();
    for (const quota of ['day', 'month'] as const) {
      const waiting = open.find((one) => isWaitingFor(quota, one, now));
      if (!waiting) continue;
      const until = waiting.scan.waitingUntil?.toISOString() ?? null;
      const sentence = await this.outlook.wait(waiting.scan, waiting.counts);
      await this.tell(quota, quota === 'day' ? dayOf(now) : monthOf(now), { until, sentence });
    }
    if (!open.some(({ scan }) => scan.isOverAll)) return;
    const { capacity } = integrationView(await this.integration.state());
    if (capacity.fits) return;
    await this.tell('capacity', monthOf(now), { until: null, sentence: capacity.sentence });
  }

  private async tell(
    shortage: Shortage,
    period: string,
    about: { until: string | null; sentence: string | null },
  ): Promise<void> {
    await this.outbox.tell({
      key: `budget.short:${shortage}:${period}`,
      type: 'budget.short',
      subject: 'integration:virustotal',
      severity: null,
      data: async () =>
        Object.assign(integrationView(await this.integration.state()), { shortage, ...about }),
    });
  }
}

/** After its time is over a scan is only about to go on. */
function isWaitingFor(quota: 'day' | 'month', { scan }: ScanAtAGlance, now: Date): boolean {
  const { state, reason, waitingUntil } = scan;
  if (state !== 'waiting' || reason !== `${quota}_quota_spent`) return false;
  return waitingUntil === null || waitingUntil > now;
}

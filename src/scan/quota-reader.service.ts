import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { BudgetUsageService } from '../virustotal/budget-usage.service.js';
import { Budget } from '../virustotal/budget.service.js';
import { VirusTotalClient } from '../virustotal/virustotal.client.js';
import { VirusTotalError } from '../virustotal/virustotal-error.js';

const HOUR_MS = 60 * 60_000;
const FRESH_MS = 60_000;
/** After a reading that failed, ms. */
const RETRY_MS = 5 * 60_000;

/** Keeps up with what VirusTotal says the key has spent, since other tools may share it. */
@Injectable()
export class QuotaReader {
  private readonly logger = new Logger(QuotaReader.name);
  private dueAtMs = 0;
  private readAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly client: VirusTotalClient,
    private readonly budget: Budget,
    private readonly usage: BudgetUsageService,
  ) {}

  /** A request was refused: the next look is due at once. */
  markDue(): void {
    this.dueAtMs = 0;
  }

  /** A scan begins: what was read a moment ago, for the scan before or a new key, still holds. */
  scanBegins(): void {
    if (this.clock.monotonicMs() - this.readAtMs > FRESH_MS) this.markDue();
  }

  /**
   * Reads the quotas when that is due and a place is free.
   * @returns how long to wait before going on, ms; 0 when nothing stands in the way
   * @throws VirusTotalError `key_rejected`, unless the key may only not read its quotas: that and
   * any other fault is no reason not to scan
   */
  async readIfDue(apiKey: string): Promise<number> {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.dueAtMs) return 0;
    const taken = await this.budget.take('account');
    if (!taken.place) {
      if ('waitMs' in taken) return taken.waitMs;
      return Math.max(1, taken.until.getTime() - this.clock.now().getTime());
    }
    this.dueAtMs = nowMs + HOUR_MS;
    this.readAtMs = nowMs;
    try {
      const quotas = await this.client.quotas({ place: taken.place, apiKey });
      await this.usage.recordQuotas(quotas, apiKey);
    } catch (error) {
      if (!(error instanceof VirusTotalError)) throw error;
      const { isForbidden } = error.details;
      if (error.kind === 'key_rejected' && !isForbidden) throw error;
      // A right that the key lacks now it lacks in five minutes, too.
      if (!isForbidden) this.dueAtMs = nowMs + RETRY_MS;
      this.logger.warn(`VirusTotal does not tell its quotas: ${error.details.reason}`);
    }
    return 0;
  }
}

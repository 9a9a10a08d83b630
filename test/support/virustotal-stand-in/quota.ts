/** What a key may spend. Values of a public key: VIRUSTOTAL.md section 6, "Quotas". */
export interface QuotaLimits {
  /** In any sliding 60 s. */
  perMinute: number;
  /** From 00:00 UTC. */
  perDay: number;
  /** From 00:00 UTC on the 1st. */
  perMonth: number;
}

export const PUBLIC_LIMITS: QuotaLimits = { perMinute: 4, perDay: 500, perMonth: 15_500 };

const MINUTE_MS = 60_000;

export type QuotaPeriod = 'minute' | 'day' | 'month';

/** Which quotas a call counts in. */
export interface Cost {
  minute: boolean;
  dayAndMonth: boolean;
}

/** What a key has spent at one time. */
export interface QuotaUse {
  minute: number;
  hour: number;
  day: number;
  month: number;
}

/** The quotas of one key, in virtual milliseconds. Periods start empty. */
export class KeyQuota {
  /** Times of the calls that the minute counts; those before `oldest` have left the window. */
  private recent: number[] = [];
  private oldest = 0;
  private readonly perPeriod = new Map<string, number>();
  private readonly perDayAndEndpoint = new Map<string, Map<string, number>>();

  constructor(
    public limits: QuotaLimits,
    private readonly refusalsCount: () => boolean,
  ) {}

  /**
   * Counts a call that arrives at `at`, and says which quota it is over; null if it may be
   * answered. `endpoint` is its name in api_usage.
   */
  take(at: number, cost: Cost, endpoint: string): QuotaPeriod | null {
    const exceeded = this.exceeded(at, cost);
    if (exceeded === null || this.refusalsCount()) this.count(at, cost, endpoint);
    return exceeded;
  }

  /** Counts a call without asking, as one of another tool with the same key. */
  count(at: number, cost: Cost, endpoint: string): void {
    if (cost.minute) this.recent.push(at);
    if (!cost.dayAndMonth) return;
    for (const period of [hourOf(at), dayOf(at), monthOf(at)]) {
      this.perPeriod.set(period, this.spentIn(period) + 1);
    }
    const endpoints = this.perDayAndEndpoint.get(dayOf(at)) ?? new Map<string, number>();
    endpoints.set(endpoint, (endpoints.get(endpoint) ?? 0) + 1);
    this.perDayAndEndpoint.set(dayOf(at), endpoints);
  }

  usedAt(at: number): QuotaUse {
    this.forget(at);
    return {
      minute: this.recent.length - this.oldest,
      hour: this.spentIn(hourOf(at)),
      day: this.spentIn(dayOf(at)),
      month: this.spentIn(monthOf(at)),
    };
  }

  /** Calls by endpoint in the UTC day `YYYY-MM-DD`. */
  usageOn(day: string): ReadonlyMap<string, number> {
    return this.perDayAndEndpoint.get(day) ?? new Map<string, number>();
  }

  private exceeded(at: number, cost: Cost): QuotaPeriod | null {
    const used = this.usedAt(at);
    if (cost.dayAndMonth && used.month >= this.limits.perMonth) return 'month';
    if (cost.dayAndMonth && used.day >= this.limits.perDay) return 'day';
    if (cost.minute && used.minute >= this.limits.perMinute) return 'minute';
    return null;
  }

  private spentIn(period: string): number {
    return this.perPeriod.get(period) ?? 0;
  }

  private forget(at: number): void {
    while ((this.recent[this.oldest] ?? Infinity) <= at - MINUTE_MS) this.oldest += 1;
    // Array.shift would move the whole window for every call of a premium key.
    if (this.oldest > 4096) {
      this.recent = this.recent.slice(this.oldest);
      this.oldest = 0;
    }
  }
}

/** The most of the given times that fall into any 60 s, the end not included. */
export function maxInAnySlidingMinute(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  sorted.forEach((time, last) => {
    while ((sorted[first] ?? time) <= time - MINUTE_MS) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

/** The UTC day of a time, as `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function hourOf(at: number): string {
  return new Date(at).toISOString().slice(0, 13);
}

function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

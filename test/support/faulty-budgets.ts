import { MINUTE_MS } from '../../src/virustotal/budget.rules.js';
import type { ProcessClock, SimulatedBudget, StartProcess } from './budget-simulation.js';
import { dayOf, type QuotaLimits } from './virustotal-stand-in/quota.js';

interface Place {
  freeAtMs: number;
  /** Wall clock. */
  takenAt: number;
  answeredAt: number | null;
}

/** What is planted: each of these breaks a limit in its own way. */
export type Fault =
  /** So many in each whole minute of the wall clock. */
  | 'fixed_window'
  /** A place comes free 60 s after it was taken, however long the request was on its way. */
  | 'freed_since_taken'
  /** A new process knows nothing of the places of the one before. */
  | 'not_persisted'
  /** A day, and with it a month, ends at midnight where the machine stands. */
  | 'day_is_local'
  /** A request counts in the day in which it was sent alone, however late it arrives. */
  | 'day_of_sending';

/** How far the machine of `day_is_local` is from UTC, ms. */
const ZONE_MS = 2 * 3_600_000;

/**
 * Budgets in memory that are right but for one fault; without one, right. Their "database" is an
 * array that outlives their processes.
 */
export function budgetWith(fault: Fault | null, limits: QuotaLimits): StartProcess {
  const database: Place[] = [];
  return (clock) => {
    const kept = fault === 'not_persisted' ? [] : database;
    // A new process' monotonic clock begins anew, so what it finds counts a minute from now.
    for (const place of kept) place.freeAtMs = MINUTE_MS;
    return new MemoryBudget(clock, kept, limits, fault);
  };
}

class MemoryBudget implements SimulatedBudget<Place> {
  constructor(
    private readonly clock: ProcessClock,
    private readonly places: Place[],
    private readonly limits: QuotaLimits,
    private readonly fault: Fault | null,
  ) {}

  take(): Promise<{ place: Place } | { place: null; waitMs: number }> {
    const waitMs = this.isPeriodSpent() ? 250 : this.minuteWaitMs();
    if (waitMs > 0) return Promise.resolve({ place: null, waitMs });
    const place: Place = {
      freeAtMs:
        this.fault === 'freed_since_taken' ? this.clock.monotonicMs() + MINUTE_MS : Infinity,
      takenAt: this.clock.now().getTime(),
      answeredAt: null,
    };
    this.places.push(place);
    return Promise.resolve({ place });
  }

  answered(place: Place): Promise<void> {
    if (this.fault !== 'freed_since_taken') place.freeAtMs = this.clock.monotonicMs() + MINUTE_MS;
    place.answeredAt = this.clock.now().getTime();
    return Promise.resolve();
  }

  private minuteWaitMs(): number {
    if (this.fault === 'fixed_window') return this.windowWaitMs();
    const now = this.clock.monotonicMs();
    const held = this.places.filter(({ freeAtMs }) => freeAtMs > now);
    if (held.length < this.limits.perMinute) return 0;
    const freeAtMs = Math.min(...held.map((place) => place.freeAtMs));
    return Number.isFinite(freeAtMs) ? freeAtMs - now : 250;
  }

  private windowWaitMs(): number {
    const windowOf = (at: number) => Math.floor(at / MINUTE_MS);
    const now = this.clock.now().getTime();
    const used = this.places.filter(({ takenAt }) => windowOf(takenAt) === windowOf(now)).length;
    return used < this.limits.perMinute ? 0 : (windowOf(now) + 1) * MINUTE_MS - now;
  }

  private isPeriodSpent(): boolean {
    const day = this.dayAt(this.clock.now().getTime());
    const used = (period: string) =>
      this.places.filter((place) => this.mayCountIn(place, period)).length;
    return used(day) >= this.limits.perDay || used(day.slice(0, 7)) >= this.limits.perMonth;
  }

  /** The server counts a request when it arrives: at some time between its sending and its answer. */
  private mayCountIn({ takenAt, answeredAt }: Place, period: string): boolean {
    const first = this.dayAt(takenAt).slice(0, period.length);
    if (this.fault === 'day_of_sending') return first === period;
    if (answeredAt === null) return first <= period;
    return first === period || this.dayAt(answeredAt).startsWith(period);
  }

  private dayAt(at: number): string {
    return dayOf(this.fault === 'day_is_local' ? at + ZONE_MS : at);
  }
}

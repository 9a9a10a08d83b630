/** What the key may spend, as an admin set it. */
export interface Limits {
  perMinute: number;
  perDay: number;
  perMonth: number;
  /** Whole percent of the day and the month that only urgent requests may spend. */
  reservePercent: number;
}

/** What was spent in a day or a month, and what VirusTotal allows there. */
export interface PeriodUsage {
  used: number;
  usedByOthers: number;
  /** Null until VirusTotal was asked. */
  allowed: number | null;
}

/**
 * Who asks for a place: `routine` for a scan over all, `urgent` for named re-scans, which may
 * spend the reserve, `account` for /users/* calls, which cost nothing of the day and the month.
 */
export type Purpose = 'routine' | 'urgent' | 'account';

/** Why there is no place now. */
export type Shortage = 'minute' | 'day' | 'month';

/** How long after its answer a request still counts in somebody's sliding minute, ms. */
export const MINUTE_MS = 60_000;

/** Above so many requests a minute a commit for each would cost too much: places come in blocks. */
const BLOCKS_ABOVE_PER_MINUTE = 600;

/** How many requests one place is for: one, or one second's worth. */
export function placeSize(perMinute: number): number {
  return perMinute > BLOCKS_ABOVE_PER_MINUTE ? Math.floor(perMinute / 60) : 1;
}

/** Requests are spread evenly over the minute, ms between two sends. */
export function sendSpacingMs(perMinute: number): number {
  return MINUTE_MS / perMinute;
}

/** What may be spent in a period, by purpose; VirusTotal's word counts where it is lower. */
export function periodLimit(
  setting: number,
  usage: PeriodUsage,
  reservePercent: number,
  purpose: Purpose,
): number {
  const limit = Math.min(setting, usage.allowed ?? setting);
  // Rounded down, so that a key with one request a day is not left with none.
  const reserve = purpose === 'urgent' ? 0 : Math.floor((limit * reservePercent) / 100);
  return limit - reserve;
}

/** How many requests are left in a period for a purpose; never negative. */
export function leftInPeriod(
  setting: number,
  usage: PeriodUsage,
  reservePercent: number,
  purpose: Purpose,
): number {
  const limit = periodLimit(setting, usage, reservePercent, purpose);
  return Math.max(0, limit - usage.used - usage.usedByOthers);
}

/**
 * How many requests were sent in an earlier period and have no answer yet: they may be counted in
 * the present one.
 * @param period {@link dayOf} or {@link monthOf}
 */
export function openFromEarlier(
  places: readonly { size: number; takenAt: Date; answeredAt: Date | null }[],
  now: Date,
  period: (at: Date) => string,
): number {
  return places
    .filter(({ answeredAt, takenAt }) => answeredAt === null && period(takenAt) !== period(now))
    .reduce((sum, { size }) => sum + size, 0);
}

/** The day of an instant as a period's name: `2026-11-24`, in UTC. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** The month of an instant as a period's name: `2026-11`, in UTC. */
export function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}

/** When the day's quota is reset: the next 00:00 UTC. */
export function nextDay(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1));
}

/** When the month's quota is reset: 00:00 UTC on the 1st. */
export function nextMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
}

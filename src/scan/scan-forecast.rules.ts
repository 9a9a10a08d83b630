import { dayOf, monthOf, nextDay, nextMonth } from '../virustotal/budget.rules.js';

/** What of the budget a scan may count on. */
export interface Outlook {
  perMinute: number;
  /** For scans over all: the reserve is not part of it. */
  perDay: number;
  perMonth: number;
  leftToday: number;
  leftThisMonth: number;
}

/** Requests a platform until they were measured: two is the floor, and some looks come too early. */
export const ASSUMED_REQUESTS_PER_PLATFORM = 2.3;

const MINUTE_MS = 60_000;
/** What takes longer is not worth a date. */
const LONGEST_DAYS = 366;

/**
 * How many requests are still to be made.
 * @param perPlatform requests a platform as measured, or the assumption
 */
export function requestsLeft(
  { pending, submitted }: { pending: number; submitted: number },
  perPlatform: number,
): number {
  // The submission is the one request that never has to be repeated.
  return Math.ceil(pending * perPlatform + submitted * Math.max(1, perPlatform - 1));
}

/** How many platforms an hour are done while nothing is in the way, at so many requests a minute. */
export function platformsPerHour(perMinute: number, perPlatform: number): number {
  return (perMinute * 60) / perPlatform;
}

/** A length of time in the unit that people would say it in. */
export interface RoughTime {
  unit: 'minutes' | 'hours' | 'days';
  /** Whole; never 0, since what is not over takes a little longer. */
  count: number;
}

/** @param ms none or less is taken for a moment */
export function roughTime(ms: number): RoughTime {
  const minutes = Math.max(1, Math.ceil(ms / MINUTE_MS));
  if (minutes < 90) return { unit: 'minutes', count: minutes };
  const hours = Math.round(minutes / 60);
  return hours < 36
    ? { unit: 'hours', count: hours }
    : { unit: 'days', count: Math.round(hours / 24) };
}

/**
 * When so many requests will have been made, if nothing else spends the key and VirusTotal answers.
 * @param now when what is left of the day and the month was counted
 * @param from when the scan goes on, if it waits
 * @returns null when it takes over a year
 */
export function forecastEnd(
  requests: number,
  outlook: Outlook,
  now: Date,
  from: Date = now,
): Date | null {
  let leftToday = dayOf(from) === dayOf(now) ? outlook.leftToday : outlook.perDay;
  let leftThisMonth = monthOf(from) === monthOf(now) ? outlook.leftThisMonth : outlook.perMonth;
  let left = requests;
  let at = from;
  for (let day = 0; day < LONGEST_DAYS; day += 1) {
    const today = Math.max(0, Math.min(leftToday, leftThisMonth));
    const midnight = nextDay(at);
    const inTime = Math.floor(
      ((midnight.getTime() - at.getTime()) / MINUTE_MS) * outlook.perMinute,
    );
    const made = Math.min(left, today, inTime);
    left -= made;
    if (left === 0) return new Date(at.getTime() + (made / outlook.perMinute) * MINUTE_MS);
    leftThisMonth -= made;
    if (nextMonth(at) <= midnight) leftThisMonth = outlook.perMonth;
    leftToday = outlook.perDay;
    at = midnight;
  }
  return null;
}

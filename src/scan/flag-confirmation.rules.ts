import type { QuotaState } from '../virustotal/budget-usage.service.js';

/** What a named re-scan takes, rounded up: submit, collect, and a look in vain. */
const REQUESTS = 3;

/**
 * Whether the reserve of the day and of the month carries one more re-scan that nobody asked for,
 * and at least half of it is left for those that somebody does. With no reserve it never does: what
 * scans over all may spend is not touched.
 * @param begun how many were begun just now, whose requests are not counted yet
 */
export function hasReserveForConfirmation(
  { day, month }: { day: QuotaState; month: QuotaState },
  begun: number,
): boolean {
  return [day, month].every(({ limit, forScans, used, usedByOthers }) => {
    const reserve = limit - forScans;
    const left = Math.min(reserve, limit - used - usedByOthers);
    return left - (begun + 1) * REQUESTS >= reserve / 2;
  });
}

import type { Limits } from '../virustotal/budget.rules.js';

/** The longest month: what fits into it fits into every month. */
const DAYS_A_MONTH = 31;
const MINUTES_A_DAY = 24 * 60;

/** What the settings can carry, and what the active platforms ask for. */
export interface Capacity {
  activePlatforms: number;
  requestsPerPlatform: number;
  requestsPerScan: number;
  /** What scans may spend a day, the reserve and the month's share considered. */
  requestsPerDay: number;
  /** How many platforms fit into one period at the frequency set. */
  platformsPerPeriod: number;
  /** How long a scan over all takes at the least, days. */
  daysPerScan: number;
  fits: boolean;
  /** The shortest frequency from 1 to 7 days that fits; null when none does. */
  shortestFrequencyDays: number | null;
}

/**
 * Computes what a key's limits can carry.
 * @param requestsPerPlatform as measured in the last scans, or the assumption
 */
export function capacityOf(
  activePlatforms: number,
  frequencyDays: number,
  limits: Limits,
  requestsPerPlatform: number,
): Capacity {
  // As the budget rounds: a key with one request a day is not left with none.
  const withoutReserve = (limit: number) =>
    limit - Math.floor((limit * limits.reservePercent) / 100);
  const requestsPerDay = Math.floor(
    Math.min(
      withoutReserve(limits.perDay),
      withoutReserve(limits.perMonth) / DAYS_A_MONTH,
      limits.perMinute * MINUTES_A_DAY,
    ),
  );
  const requestsPerScan = Math.ceil(activePlatforms * requestsPerPlatform);
  const daysPerScan = requestsPerDay > 0 ? requestsPerScan / requestsPerDay : Infinity;
  const shortest = Math.max(1, Math.ceil(daysPerScan));
  return {
    activePlatforms,
    requestsPerPlatform,
    requestsPerScan,
    requestsPerDay,
    platformsPerPeriod: Math.floor((frequencyDays * requestsPerDay) / requestsPerPlatform),
    daysPerScan,
    fits: daysPerScan <= frequencyDays,
    shortestFrequencyDays: shortest <= 7 ? shortest : null,
  };
}

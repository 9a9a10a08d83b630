const DAY_MS = 86_400_000;

/** How old an open alert is, from the youngest on. */
export const ALERT_AGES = ['day', 'week', 'month', 'older'] as const;
export type AlertAge = (typeof ALERT_AGES)[number];

/** Whole days that have gone by since it was opened: at least `from`, less than `until`. */
export const AGE_BOUNDS: Readonly<Record<AlertAge, { from: number; until: number | null }>> = {
  day: { from: 0, until: 1 },
  week: { from: 1, until: 8 },
  month: { from: 8, until: 31 },
  older: { from: 31, until: null },
};

/** The parameters that narrow the list of alerts to an age, as `AlertPageQuery` takes them. */
export function ageParameters(age: AlertAge): Record<string, string> {
  const { from, until } = AGE_BOUNDS[age];
  return {
    ...(from > 0 ? { minAgeDays: String(from) } : {}),
    ...(until === null ? {} : { maxAgeDays: String(until) }),
  };
}

/** An alert that was opened later than this is younger than so many days. */
export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}

import { AGE_BOUNDS, ageParameters, ALERT_AGES, daysBefore } from './alert-age.rules.js';

describe('the ages of alerts', () => {
  it('follow one another without a gap, from now on for good', () => {
    const bounds = ALERT_AGES.map((age) => AGE_BOUNDS[age]);
    expect(bounds[0]?.from).toBe(0);
    expect(bounds.at(-1)?.until).toBeNull();
    for (const [index, { until }] of bounds.slice(0, -1).entries()) {
      expect(bounds[index + 1]?.from).toBe(until);
    }
  });

  it.each([
    ['day', 'maxAgeDays=1'],
    ['week', 'minAgeDays=1&maxAgeDays=8'],
    ['month', 'minAgeDays=8&maxAgeDays=31'],
    ['older', 'minAgeDays=31'],
  ] as const)('narrow the list to %s by %s', (age, query) => {
    expect(new URLSearchParams(ageParameters(age)).toString()).toBe(query);
  });

  it('are counted back in whole days', () => {
    const now = new Date('2026-03-02T09:00:00.000Z');
    expect(daysBefore(now, 8).toISOString()).toBe('2026-02-22T09:00:00.000Z');
  });
});

import { type NinetyDaysResult, SCANS_IN_90_DAYS } from './ninety-days.js';

/** Every platform scanned in every period of 7 days, each scan on time, and no request refused. */
export function expectEveryPeriod(result: NinetyDaysResult, platforms: number): void {
  expect(result.refusals).toBe(0);
  expect(result.maxInAnySlidingMinute).toBeLessThanOrEqual(4);
  expect(result.scans).toHaveLength(SCANS_IN_90_DAYS);
  result.scans.forEach((scan, index) => {
    expect(scan).toMatchObject({ state: 'completed', completed: platforms });
    // The look for due scans is made every minute.
    expect(scan.startedDay).toBeGreaterThanOrEqual(index * 7);
    expect(scan.startedDay).toBeLessThan(index * 7 + 0.01);
    expect(scan.endedDay).toBeLessThan((index + 1) * 7);
  });
}

import * as fc from 'fast-check';
import { ASSUMED_REQUESTS_PER_PLATFORM } from '../scan/scan-forecast.rules.js';
import { capacityOf } from './capacity.rules.js';

const PUBLIC = { perMinute: 4, perDay: 500, perMonth: 15_500, reservePercent: 10 };

describe('capacityOf', () => {
  it('says what the design says of 412 platforms with a public key', () => {
    const capacity = capacityOf(412, 1, PUBLIC, ASSUMED_REQUESTS_PER_PLATFORM);
    expect(capacity).toMatchObject({
      activePlatforms: 412,
      requestsPerScan: 948,
      requestsPerDay: 450,
      platformsPerPeriod: 195,
      fits: false,
      shortestFrequencyDays: 3,
    });
    expect(Math.ceil(capacity.daysPerScan)).toBe(3);
  });

  it.each([
    ['the day', PUBLIC, 450],
    ['the month', { ...PUBLIC, perMonth: 3100 }, 90],
    ['the minute', { ...PUBLIC, perMinute: 1, perDay: 100_000, perMonth: 10_000_000 }, 1440],
    ['a reserve of nothing', { ...PUBLIC, reservePercent: 0 }, 500],
  ])('is bound by %s', (_, limits, requestsPerDay) => {
    expect(capacityOf(1, 1, limits, 2).requestsPerDay).toBe(requestsPerDay);
  });

  it.each<[number, number, boolean, number | null]>([
    [0, 1, true, 1],
    [225, 1, true, 1],
    [226, 1, false, 2],
    [226, 2, true, 2],
    [1575, 7, true, 7],
    [1576, 7, false, null],
  ])('%i platforms every %i days', (platforms, days, fits, shortestFrequencyDays) => {
    expect(capacityOf(platforms, days, PUBLIC, 2)).toMatchObject({ fits, shortestFrequencyDays });
  });

  it('fits exactly the platforms that it says fit', () => {
    const limit = fc.integer({ min: 20, max: 1_000_000 });
    const limits = fc.record({
      perMinute: fc.integer({ min: 1, max: 60_000 }),
      perDay: limit,
      perMonth: fc.integer({ min: 1000, max: 1_000_000_000 }),
      reservePercent: fc.integer({ min: 0, max: 90 }),
    });
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 7 }), (given, days) => {
        const { platformsPerPeriod, shortestFrequencyDays } = capacityOf(0, days, given, 2);
        expect(shortestFrequencyDays).toBe(1);
        expect(capacityOf(platformsPerPeriod, days, given, 2).fits).toBe(true);
        const beyond = capacityOf(platformsPerPeriod + 1, days, given, 2);
        expect(beyond.fits).toBe(false);
        expect(beyond.shortestFrequencyDays ?? 8).toBeGreaterThan(days);
      }),
    );
  });
});

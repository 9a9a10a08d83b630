import * as fc from 'fast-check';
import {
  forecastEnd,
  type Outlook,
  platformsPerHour,
  requestsLeft,
  roughTime,
} from './scan-forecast.rules.js';

const PUBLIC: Outlook = {
  perMinute: 4,
  perDay: 450,
  perMonth: 13_950,
  leftToday: 450,
  leftThisMonth: 13_950,
};
const MORNING = new Date('2026-11-24T08:00:00.000Z');

describe('requestsLeft', () => {
  it.each([
    [{ pending: 86, submitted: 0 }, 2.3, 198],
    [{ pending: 0, submitted: 10 }, 2.3, 13],
    [{ pending: 0, submitted: 10 }, 2, 10],
    [{ pending: 0, submitted: 0 }, 2.3, 0],
  ])('of %j at %d a platform is %d', (counts, perPlatform, requests) => {
    expect(requestsLeft(counts, perPlatform)).toBe(requests);
  });
});

describe('forecastEnd', () => {
  const from = (text: string) => new Date(text);

  it.each<[string, number, Partial<Outlook>, Date, string | null]>([
    ['nothing left', 0, {}, MORNING, '2026-11-24T08:00:00.000Z'],
    ['within the day', 240, {}, MORNING, '2026-11-24T09:00:00.000Z'],
    ['over midnight by the day’s quota', 454, {}, MORNING, '2026-11-25T00:01:00.000Z'],
    ['a day that is spent', 4, { leftToday: 0 }, MORNING, '2026-11-25T00:01:00.000Z'],
    ['three days', 912, { leftToday: 8 }, MORNING, '2026-11-27T00:01:00.000Z'],
    ['a month that is spent', 4, { leftThisMonth: 0 }, MORNING, '2026-12-01T00:01:00.000Z'],
    [
      'the last day of a month',
      8,
      { leftThisMonth: 4 },
      from('2026-12-31T23:00:00.000Z'),
      '2027-01-01T00:01:00.000Z',
    ],
    [
      'the end of the day before the quota',
      100,
      {},
      from('2026-11-24T23:59:00.000Z'),
      '2026-11-25T00:24:00.000Z',
    ],
    ['more than a year', 1_000_000, {}, MORNING, null],
    ['no quota at all', 1, { perDay: 0, leftToday: 0 }, MORNING, null],
  ])('of %s', (_, requests, change, at, end) => {
    expect(forecastEnd(requests, { ...PUBLIC, ...change }, at)?.toISOString() ?? null).toBe(end);
  });

  it('counts on the whole of a day or month in which the scan goes on after a wait', () => {
    const spent = { ...PUBLIC, leftToday: 0, leftThisMonth: 0 };
    const end = (at: string) => forecastEnd(8, spent, MORNING, new Date(at))?.toISOString();

    expect(end('2026-12-01T00:00:00.000Z')).toBe('2026-12-01T00:02:00.000Z');
    expect(
      forecastEnd(8, { ...PUBLIC, leftToday: 0 }, MORNING, new Date('2026-11-25T00:00:00.000Z')),
    ).toEqual(new Date('2026-11-25T00:02:00.000Z'));
    // The day is another one, the month is spent still.
    expect(end('2026-11-25T00:00:00.000Z')).toBe('2026-12-01T00:02:00.000Z');
  });

  it('is never sooner with more to do', () => {
    const requests = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(requests, requests, (a, b) => {
        const [fewer, more] = a < b ? [a, b] : [b, a];
        const soon = forecastEnd(fewer, PUBLIC, MORNING)?.getTime() ?? Infinity;
        const late = forecastEnd(more, PUBLIC, MORNING)?.getTime() ?? Infinity;
        expect(soon).toBeLessThanOrEqual(late);
      }),
    );
  });
});

describe('platformsPerHour', () => {
  it.each([
    [4, 2, 120],
    [4, 2.4, 100],
    [600, 2, 18_000],
  ])('at %d a minute and %d a platform is %d', (perMinute, perPlatform, rate) => {
    expect(platformsPerHour(perMinute, perPlatform)).toBe(rate);
  });
});

describe('roughTime', () => {
  const MINUTE = 60_000;

  it.each([
    [-5, 'minutes', 1],
    [0, 'minutes', 1],
    [MINUTE, 'minutes', 1],
    [MINUTE + 1, 'minutes', 2],
    [89 * MINUTE, 'minutes', 89],
    [90 * MINUTE, 'hours', 2],
    [149 * MINUTE, 'hours', 2],
    [35 * 60 * MINUTE, 'hours', 35],
    [36 * 60 * MINUTE, 'days', 2],
    [3 * 24 * 60 * MINUTE, 'days', 3],
  ] as const)('of %i ms is in %s: %i', (ms, unit, count) => {
    expect(roughTime(ms)).toEqual({ unit, count });
  });

  it('never grows while the time left shrinks', () => {
    const inMinutes = { minutes: 1, hours: 60, days: 1440 };
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), (a, b) => {
        const [less, more] = [roughTime(Math.min(a, b)), roughTime(Math.max(a, b))];
        expect(less.count * inMinutes[less.unit]).toBeLessThanOrEqual(
          more.count * inMinutes[more.unit],
        );
      }),
    );
  });
});

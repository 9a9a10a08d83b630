import * as fc from 'fast-check';
import {
  dayOf,
  leftInPeriod,
  monthOf,
  nextDay,
  nextMonth,
  openFromEarlier,
  periodLimit,
  placeSize,
  type Purpose,
  sendSpacingMs,
} from './budget.rules.js';

const usage = (used = 0, usedByOthers = 0, allowed: number | null = null) => ({
  used,
  usedByOthers,
  allowed,
});

describe('placeSize', () => {
  it.each([
    [1, 1],
    [4, 1],
    [600, 1],
    [601, 10],
    [1200, 20],
    [60_000, 1000],
  ])('at %i a minute is %i', (perMinute, size) => {
    expect(placeSize(perMinute)).toBe(size);
  });

  it('is at least one request, and at most one second of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), (perMinute) => {
        expect(placeSize(perMinute)).toBeGreaterThanOrEqual(1);
        expect(placeSize(perMinute)).toBeLessThanOrEqual(Math.max(1, perMinute / 60));
        expect(sendSpacingMs(perMinute) * perMinute).toBeCloseTo(60_000);
      }),
    );
  });
});

describe('what is left of a period', () => {
  it.each<[number, ReturnType<typeof usage>, number, Purpose, number]>([
    [500, usage(), 10, 'routine', 450],
    [500, usage(), 10, 'urgent', 500],
    [500, usage(449), 10, 'routine', 1],
    [500, usage(450), 10, 'routine', 0],
    [500, usage(450), 10, 'urgent', 50],
    [500, usage(100, 100), 10, 'routine', 250],
    [500, usage(0, 0, 100), 10, 'routine', 90],
    [500, usage(0, 0, 1000), 10, 'routine', 450],
    [500, usage(600), 0, 'urgent', 0],
    [500, usage(0, 0, 0), 0, 'urgent', 0],
    // A key with one request a day keeps it.
    [1, usage(), 10, 'routine', 1],
    [15, usage(), 10, 'routine', 14],
  ])('of %i with %j and a reserve of %i %%, for %s', (limit, used, reserve, purpose, left) => {
    expect(leftInPeriod(limit, used, reserve, purpose)).toBe(left);
  });

  it('with the reserve is never more than the limit, nor less than nothing', () => {
    const count = fc.integer({ min: 0, max: 1_000_000_000 });
    fc.assert(
      fc.property(
        fc.record({ limit: count, used: count, others: count, allowed: fc.option(count) }),
        fc.integer({ min: 0, max: 90 }),
        ({ limit, used, others, allowed }, reserve) => {
          const spent = usage(used, others, allowed);
          const left = (purpose: Purpose) => leftInPeriod(limit, spent, reserve, purpose);
          expect(left('routine')).toBeGreaterThanOrEqual(0);
          expect(left('routine')).toBeLessThanOrEqual(left('urgent'));
          expect(left('urgent')).toBeLessThanOrEqual(Math.min(limit, allowed ?? limit));
          expect(Number.isInteger(periodLimit(limit, spent, reserve, 'routine'))).toBe(true);
        },
      ),
    );
  });
});

describe('periods', () => {
  it.each([
    ['2026-11-24T23:59:59.999Z', '2026-11-24', '2026-11-25', '2026-11', '2026-12-01'],
    ['2026-11-25T00:00:00.000Z', '2026-11-25', '2026-11-26', '2026-11', '2026-12-01'],
    ['2026-12-31T12:00:00.000Z', '2026-12-31', '2027-01-01', '2026-12', '2027-01-01'],
    ['2028-02-28T12:00:00.000Z', '2028-02-28', '2028-02-29', '2028-02', '2028-03-01'],
  ])('of %s, in UTC', (at, day, tomorrow, month, nextFirst) => {
    const date = new Date(at);
    expect([dayOf(date), monthOf(date)]).toEqual([day, month]);
    expect(nextDay(date)).toEqual(new Date(`${tomorrow}T00:00:00.000Z`));
    expect(nextMonth(date)).toEqual(new Date(`${nextFirst}T00:00:00.000Z`));
  });

  it('begin when the ones before end', () => {
    const times = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(times, (at) => {
        const justBefore = (end: Date) => new Date(end.getTime() - 1);
        expect(dayOf(justBefore(nextDay(at)))).toBe(dayOf(at));
        expect(dayOf(nextDay(at)) > dayOf(at)).toBe(true);
        expect(monthOf(justBefore(nextMonth(at)))).toBe(monthOf(at));
        expect(nextMonth(at).getUTCDate()).toBe(1);
      }),
    );
  });
});

describe('openFromEarlier', () => {
  const place = (takenAt: string, answeredAt: string | null = null, size = 1) => ({
    size,
    takenAt: new Date(takenAt),
    answeredAt: answeredAt === null ? null : new Date(answeredAt),
  });
  const places = [
    place('2026-11-30T23:59:59Z'),
    place('2026-11-30T23:59:59Z', '2026-12-01T00:00:01Z'),
    place('2026-12-01T23:59:59Z', null, 20),
    place('2026-12-02T00:00:00Z'),
  ];
  const now = new Date('2026-12-02T00:00:01Z');

  it.each([
    ['day', dayOf, 21],
    ['month', monthOf, 1],
  ])('counts what was sent before the %s began and has no answer', (_, period, open) => {
    expect(openFromEarlier(places, now, period)).toBe(open);
  });
});

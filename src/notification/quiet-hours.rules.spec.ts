import fc from 'fast-check';
import { CLOCK_TIME, isTimeZone, nextSendAt } from './quiet-hours.rules.js';

const until = (from: string, to: string, zone: string, at: string) => {
  const quiet = { quietFrom: from, quietTo: to, quietZone: zone };
  const next = nextSendAt(quiet, new Date(at), false).toISOString();
  return next === at ? null : next;
};

describe('quiet hours', () => {
  it.each([
    // Algiers is an hour ahead of UTC, all year.
    ['12:00', '14:00', 'Africa/Algiers', '2026-03-02T10:59:59.999Z', null],
    ['12:00', '14:00', 'Africa/Algiers', '2026-03-02T11:00:00.000Z', '2026-03-02T13:00:00.000Z'],
    ['12:00', '14:00', 'Africa/Algiers', '2026-03-02T12:59:59.999Z', '2026-03-02T13:00:00.000Z'],
    ['12:00', '14:00', 'Africa/Algiers', '2026-03-02T13:00:00.000Z', null],
    // Over midnight.
    ['22:00', '07:00', 'UTC', '2026-03-02T23:30:30.000Z', '2026-03-03T07:00:00.000Z'],
    ['22:00', '07:00', 'UTC', '2026-03-03T00:00:00.000Z', '2026-03-03T07:00:00.000Z'],
    ['22:00', '07:00', 'UTC', '2026-03-03T06:59:00.000Z', '2026-03-03T07:00:00.000Z'],
    ['22:00', '07:00', 'UTC', '2026-03-03T12:00:00.000Z', null],
    // A zone of half an hour.
    ['09:00', '09:30', 'Asia/Kolkata', '2026-03-02T03:45:00.000Z', '2026-03-02T04:00:00.000Z'],
    // The clocks go forward at 01:00 UTC: that night is an hour shorter.
    ['22:00', '07:00', 'Europe/Paris', '2026-03-28T23:00:00.000Z', '2026-03-29T05:00:00.000Z'],
    // And back, an hour longer.
    ['22:00', '07:00', 'Europe/Paris', '2026-10-24T22:00:00.000Z', '2026-10-25T06:00:00.000Z'],
    // They end at a time that this day does not have: at the first one after it.
    ['22:00', '02:30', 'Europe/Paris', '2026-03-28T23:00:00.000Z', '2026-03-29T01:00:00.000Z'],
  ])('from %s to %s in %s: at %s they end %s', (from, to, zone, at, end) => {
    expect(until(from, to, zone, at)).toBe(end);
  });

  it('hold nothing where a channel has none, and nothing that is urgent', () => {
    const now = new Date('2026-03-02T23:00:00.000Z');
    const none = { quietFrom: null, quietTo: null, quietZone: 'UTC' };
    expect(nextSendAt(none, now, false)).toBe(now);
    const night = { quietFrom: '22:00', quietTo: '07:00', quietZone: 'UTC' };
    expect(nextSendAt(night, now, true)).toBe(now);
    expect(nextSendAt(night, now, false)).not.toBe(now);
  });

  it('always end at most a day later, at a moment that is not quiet', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    const zone = fc.constantFrom('UTC', 'Europe/Paris', 'Australia/Lord_Howe', 'America/New_York');
    const at = fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2027-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(time, time, zone, at, (from, to, name, moment) => {
        fc.pre(from !== to);
        const hours = { quietFrom: from, quietTo: to, quietZone: name };
        const end = nextSendAt(hours, moment, false);
        expect(end.getTime()).toBeGreaterThanOrEqual(moment.getTime());
        expect(end.getTime() - moment.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
        expect(nextSendAt(hours, end, false)).toBe(end);
      }),
      { numRuns: 300 },
    );
  });

  it('take a time of day and a zone that there is', () => {
    expect(['00:00', '09:30', '23:59'].every((time) => CLOCK_TIME.test(time))).toBe(true);
    expect(
      ['24:00', '9:30', '09:60', '09:30:00', '', ' 09:30'].some((time) => CLOCK_TIME.test(time)),
    ).toBe(false);
    expect(['UTC', 'Africa/Algiers', 'Europe/Paris', 'Etc/GMT+5'].every(isTimeZone)).toBe(true);
    expect(['', 'Paris', 'Europe/Nowhere', '+01:00', 'UTC\n'].some(isTimeZone)).toBe(false);
  });
});

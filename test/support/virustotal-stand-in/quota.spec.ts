import { KeyQuota, maxInAnySlidingMinute, PUBLIC_LIMITS } from './quota.js';

const ALL = { minute: true, dayAndMonth: true };
const NOON = Date.UTC(2026, 10, 30, 12);

function quotaOf(limits: Partial<typeof PUBLIC_LIMITS>, refusalsCount = true): KeyQuota {
  return new KeyQuota({ ...PUBLIC_LIMITS, ...limits }, () => refusalsCount);
}

describe('KeyQuota', () => {
  it('refuses the fifth call of any 60 s, not only of a minute of the clock', () => {
    const quota = quotaOf({});
    const taken = [0, 50_000, 58_000, 59_000].map((ms) => quota.take(NOON + ms, ALL, 'urls'));
    expect(taken).toEqual([null, null, null, null]);
    expect(quota.take(NOON + 59_999, ALL, 'urls')).toBe('minute');
  });

  it('lets a call in as soon as another leaves the window', () => {
    const quota = quotaOf({ perMinute: 1 });
    quota.take(NOON, ALL, 'urls');
    expect(quota.take(NOON + 60_000, ALL, 'urls')).toBeNull();
  });

  it('counts refused calls, unless told otherwise', () => {
    for (const [refusalsCount, expected] of [
      [true, 'minute'],
      [false, null],
    ] as const) {
      const quota = quotaOf({ perMinute: 1 }, refusalsCount);
      quota.take(NOON, ALL, 'urls');
      quota.take(NOON + 30_000, ALL, 'urls');
      expect(quota.take(NOON + 61_000, ALL, 'urls')).toBe(expected);
    }
  });

  it('renews the day at 00:00 UTC and the month on the 1st', () => {
    const quota = quotaOf({ perMinute: 100, perDay: 2, perMonth: 3 });
    const eve = Date.UTC(2026, 10, 29, 23, 59, 59, 999);
    expect(quota.take(eve - 1, ALL, 'urls')).toBeNull();
    expect(quota.take(eve, ALL, 'urls')).toBeNull();
    expect(quota.take(eve, ALL, 'urls')).toBe('day');
    expect(quota.take(eve + 1, ALL, 'urls')).toBe('month');
    expect(quota.take(Date.UTC(2026, 11, 1), ALL, 'urls')).toBeNull();
    expect(quota.usedAt(Date.UTC(2026, 11, 1))).toEqual({ minute: 1, hour: 1, day: 1, month: 1 });
  });

  it('charges a call for only the periods that it costs', () => {
    const quota = quotaOf({ perMinute: 10, perDay: 0 });
    expect(quota.take(NOON, { minute: true, dayAndMonth: false }, 'users')).toBeNull();
    expect(quota.take(NOON, { minute: false, dayAndMonth: false }, 'users')).toBeNull();
    expect(quota.usedAt(NOON)).toEqual({ minute: 1, hour: 0, day: 0, month: 0 });
  });

  it('keeps the right count over many thousand calls', () => {
    const quota = quotaOf({ perMinute: 1e6, perDay: 1e6, perMonth: 1e6 });
    for (let ms = 0; ms < 120_000; ms += 10) quota.take(NOON + ms, ALL, 'urls');
    expect(quota.usedAt(NOON + 119_990).minute).toBe(6000);
  });
});

describe('maxInAnySlidingMinute', () => {
  it('finds the fullest 60 s, whatever the order', () => {
    expect(maxInAnySlidingMinute([])).toBe(0);
    expect(maxInAnySlidingMinute([120_000, 0, 60_000])).toBe(1);
    expect(maxInAnySlidingMinute([0, 30_000, 59_999, 60_000, 89_999, 90_000])).toBe(4);
  });
});

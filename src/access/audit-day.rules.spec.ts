import { readDay } from './audit-day.rules.js';

describe('a day or a time in UTC', () => {
  it.each([
    ['2026-11-24', '2026-11-24T00:00:00.000Z', '2026-11-25T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['2026-11-24T09:00:00Z', '2026-11-24T09:00:00.000Z', '2026-11-24T09:00:00.000Z'],
  ])('%s', (text, begin, end) => {
    expect(readDay(text)).toEqual({ begin: new Date(begin), end: new Date(end) });
  });

  it.each([
    undefined,
    '',
    '2026',
    '2026-02-30',
    '2026-13-01',
    '24.11.2026',
    '2026-11-24T25:00Z',
    [1],
  ])('is none: %j', (text) => {
    expect(readDay(text)).toBeNull();
  });
});

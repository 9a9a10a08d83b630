import { knownDays, spansOf } from './known-days.rules.js';

const NOW = new Date('2026-03-10T12:00:00Z');
const days = (malicious: number[]) =>
  malicious.map((count, index) => ({
    day: `2026-03-${String(11 - malicious.length + index).padStart(2, '0')}`,
    malicious: count,
    suspicious: 0,
  }));
const told = (counts: number[], finished: string[], frequencyDays = 1) =>
  knownDays(
    days(counts),
    finished.map((at) => new Date(at)),
    NOW,
    frequencyDays,
  ).map((one) => one.counts?.malicious ?? null);

describe('what is known of a day', () => {
  it.each<[string, number[], string[], (number | null)[]]>([
    ['nothing before the first scan', [0, 0], [], [null, null]],
    ['what a scan of that day tells', [0, 0], ['2026-03-10T11:00:00Z'], [null, 0]],
    [
      'two periods long what the last scan told',
      [0, 0, 0, 0],
      ['2026-03-07T10:00:00Z'],
      [0, 0, null, null],
    ],
    ['a detection, however long nothing was scanned', [3, 3], [], [3, 3]],
    ['nothing by a scan that comes later', [0], ['2026-03-10T13:00:00Z'], [null]],
  ])('is %s', (_what, counts, finished, expected) => {
    expect(told(counts, finished)).toEqual(expected);
  });

  it('is longer known where scans are rarer', () => {
    expect(told([0, 0, 0, 0], ['2026-03-07T10:00:00Z'], 7)).toEqual([0, 0, 0, 0]);
  });
});

describe('days of which the same is said', () => {
  it('are one line, the newest first', () => {
    const all = knownDays(
      days([0, 0, 2, 2, 2, 1]),
      ['2026-03-06T10:00:00Z'].map((at) => new Date(at)),
      NOW,
      1,
    );
    expect(spansOf(all)).toEqual([
      { from: '2026-03-10', to: '2026-03-10', counts: { malicious: 1, suspicious: 0 } },
      { from: '2026-03-07', to: '2026-03-09', counts: { malicious: 2, suspicious: 0 } },
      { from: '2026-03-06', to: '2026-03-06', counts: { malicious: 0, suspicious: 0 } },
      { from: '2026-03-05', to: '2026-03-05', counts: null },
    ]);
  });

  it('are none of no day', () => {
    expect(spansOf([])).toEqual([]);
  });
});

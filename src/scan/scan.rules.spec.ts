import type { ScanState } from './scan.entity.js';
import {
  finalState,
  hasEnded,
  isTaskOpen,
  nextScanAt,
  noCounts,
  type ScanCounts,
} from './scan.rules.js';

describe('hasEnded', () => {
  it.each<[ScanState, boolean]>([
    ['queued', false],
    ['running', false],
    ['waiting', false],
    ['completed', true],
    ['completed_with_errors', true],
    ['cancelled', true],
  ])('%s: %s', (state, expected) => {
    expect(hasEnded(state)).toBe(expected);
  });
});

describe('isTaskOpen', () => {
  it('is true until a task has ended', () => {
    expect((['pending', 'submitted'] as const).map(isTaskOpen)).toEqual([true, true]);
    const ended = ['completed', 'failed', 'skipped'] as const;
    expect(ended.map(isTaskOpen)).toEqual([false, false, false]);
  });
});

describe('finalState', () => {
  const cases: [what: string, counts: Partial<ScanCounts>, isCancelled: boolean, ScanState][] = [
    ['no task at all', {}, false, 'completed'],
    ['all completed', { total: 3, completed: 3, flagged: 2 }, false, 'completed'],
    ['some skipped', { total: 3, completed: 1, skipped: 2 }, false, 'completed'],
    ['one failed', { total: 3, completed: 2, failed: 1 }, false, 'completed_with_errors'],
    ['all failed', { total: 3, failed: 3 }, false, 'completed_with_errors'],
    ['cancelled', { total: 3, skipped: 3 }, true, 'cancelled'],
    ['cancelled with a failure', { total: 3, failed: 1, skipped: 2 }, true, 'cancelled'],
  ];
  it.each(cases)('%s', (_what, counts, isCancelled, expected) => {
    expect(finalState({ ...noCounts(), ...counts }, isCancelled)).toBe(expected);
  });

  it('starts from counts of its own each time', () => {
    noCounts().total = 5;
    expect(noCounts().total).toBe(0);
  });
});

describe('nextScanAt', () => {
  const now = new Date('2026-03-29T12:00:00.000Z');
  it.each([
    ['at once before the first scan', null, 7, '2026-03-29T12:00:00.000Z'],
    ['a day after the last one', '2026-03-29T01:00:00.000Z', 1, '2026-03-30T01:00:00.000Z'],
    ['seven days after the last one', '2026-03-29T01:00:00.000Z', 7, '2026-04-05T01:00:00.000Z'],
    [
      'in the past when 7 became 1: it is overdue',
      '2026-03-25T01:00:00.000Z',
      1,
      '2026-03-26T01:00:00.000Z',
    ],
    [
      '24 hours a day where clocks change',
      '2026-03-28T23:30:00.000Z',
      1,
      '2026-03-29T23:30:00.000Z',
    ],
  ])('%s', (_what, last, days, expected) => {
    const lastStartedAt = last === null ? null : new Date(last);
    expect(nextScanAt(lastStartedAt, days, now)).toEqual(new Date(expected));
  });
});

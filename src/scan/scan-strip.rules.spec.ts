import fc from 'fast-check';
import { markOf, runsOf, SCAN_MARKS, STRIP_LENGTH, stripPaths } from './scan-strip.rules.js';

const marks = fc.array(fc.constantFrom(...SCAN_MARKS), { maxLength: STRIP_LENGTH });

describe('the strip of the last scans', () => {
  it.each([
    ['completed', true, true, 'flagged'],
    ['completed', true, false, 'flagged'],
    ['completed', false, true, 'clean'],
    ['completed', false, false, 'inconclusive'],
    ['failed', false, false, 'failed'],
  ] as const)(
    'marks what is %s, flagged %s, conclusive %s',
    (state, isFlagged, isConclusive, mark) => {
      expect(markOf({ state, isFlagged, isConclusive })).toBe(mark);
    },
  );

  it('has one mark a place, the newest last', () => {
    fc.assert(
      fc.property(marks, (shown) => {
        const places = new Map<number, string>();
        for (const { mark, d } of stripPaths(shown)) {
          for (const [, x = ''] of d.matchAll(/M(\d+) /g)) places.set(Number(x), mark);
        }
        const none = Array.from({ length: STRIP_LENGTH - shown.length }, () => 'none');
        const ordered = [...places].sort(([a], [b]) => a - b).map(([, mark]) => mark);
        expect(ordered).toEqual([...none, ...shown]);
      }),
    );
  });

  it('says in words what it shows, no more and no less', () => {
    fc.assert(
      fc.property(marks, (shown) => {
        const runs = runsOf(shown);
        expect(
          runs.flatMap(({ mark, count }) => Array.from({ length: count }, () => mark)),
        ).toEqual(shown);
        for (const [index, { mark }] of runs.entries())
          expect(runs[index + 1]?.mark).not.toBe(mark);
      }),
    );
  });
});

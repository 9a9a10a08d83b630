import fc from 'fast-check';
import { countsToKeep, thinnableTasks, type PastTask } from './details-thinning.rules.js';

const tasks = (count: number, differs: Record<number, Partial<PastTask>> = {}): PastTask[] =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    isOld: true,
    isFlagged: false,
    isConclusive: true,
    ...differs[index + 1],
  }));
const boundaries = (begins: number[], ends: number[], renames: number[] = []) => {
  return { begins: new Set(begins), ends: new Set(ends), renames: new Set(renames) };
};

describe('thinnableTasks', () => {
  it.each<[what: string, PastTask[], begins: number[], ends: number[], thinnable: number[]]>([
    ['no task', [], [], [], []],
    ['the first and only one', tasks(1), [1], [], []],
    ['first and last', tasks(2), [1], [], []],
    ['what lies between', tasks(5), [1], [], [2, 3, 4]],
    ['a verdict that became another', tasks(7), [1, 4], [3], [2, 5, 6]],
    ['an engine that came', tasks(7), [1, 4], [], [2, 5, 6]],
    ['an engine that went', tasks(7), [1], [3], [2, 5, 6]],
    ['a change at the last', tasks(5), [1, 5], [4], [2, 3]],
    ['a change at the second', tasks(5), [1, 2], [1], [3, 4]],
    [
      'a platform that is flagged no more, by an acceptance',
      tasks(6, { 1: { isFlagged: true }, 2: { isFlagged: true }, 3: { isFlagged: true } }),
      [1],
      [],
      [2, 5],
    ],
    [
      'the scan that clears what was taken back in one too poor for it',
      tasks(8, { 2: { isConclusive: false }, 8: { isOld: false } }),
      [1, 2],
      [1],
      [4, 5, 6, 7],
    ],
    ['what is not old', tasks(6, { 4: { isOld: false }, 5: { isOld: false } }), [1], [], [2, 3]],
  ])('%s', (_, past, begins, ends, thinnable) => {
    expect(thinnableTasks(past, boundaries(begins, ends))).toEqual(thinnable);
  });

  it('keeps the scans on either side of a confirmed rename', () => {
    expect(thinnableTasks(tasks(8), boundaries([1], [], [4]))).toEqual([2, 3, 6, 7]);
  });

  it('finds the same whatever part of it is gone already', () => {
    const past = fc.array(
      fc.record({
        isOld: fc.boolean(),
        isFlagged: fc.boolean(),
        isConclusive: fc.boolean(),
        begins: fc.boolean(),
        ends: fc.boolean(),
        renames: fc.boolean(),
        isGone: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(past, (drawn) => {
        const all = drawn.map((task, index) => ({ id: index + 1, ...task }));
        const idsOf = (name: 'begins' | 'ends' | 'renames' | 'isGone') =>
          all.filter((task) => task[name]).map(({ id }) => id);
        const limits = boundaries(idsOf('begins'), idsOf('ends'), idsOf('renames'));
        const thinnable = thinnableTasks(all, limits);
        const gone = new Set(idsOf('isGone').filter((id) => thinnable.includes(id)));

        const left = all.filter(({ id }) => !gone.has(id));
        expect(thinnableTasks(left, limits)).toEqual(thinnable.filter((id) => !gone.has(id)));
      }),
    );
  });
});

describe('countsToKeep', () => {
  it('adds up by scan, and puts together the scans that get the same', () => {
    const task = (scanId: number, isFlagged: boolean | null = false) => ({ scanId, isFlagged });
    expect(countsToKeep([task(9), task(3), task(5, true), task(5), task(7, null)])).toEqual([
      { scanIds: [3, 7, 9], counts: { completed: 1, flagged: 0 } },
      { scanIds: [5], counts: { completed: 2, flagged: 1 } },
    ]);
    expect(countsToKeep([])).toEqual([]);
  });
});

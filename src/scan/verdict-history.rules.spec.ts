import type { Verdict } from '../alert/verdict.rules.js';
import { historyChange, type PresentInterval } from './verdict-history.rules.js';

const CLEAN = { category: 'harmless', result: 'clean', method: 'blacklist' };
const FLAG = { category: 'malicious', result: 'phishing', method: 'blacklist' };

const interval = (id: number, said: Partial<PresentInterval> = {}): PresentInterval => {
  return { id, engine: id, ...CLEAN, ...said };
};
const verdict = (engine: number, said: Partial<Verdict> = {}): Verdict => {
  return { engine, ...CLEAN, ...said };
};

describe('historyChange', () => {
  const cases: [
    what: string,
    present: PresentInterval[],
    verdicts: Verdict[],
    closedIds: number[],
    openedEngines: number[],
  ][] = [
    ['nothing to nothing', [], [], [], []],
    ['the first scan', [], [verdict(1), verdict(2)], [], [1, 2]],
    ['all the same', [interval(1), interval(2)], [verdict(2), verdict(1)], [], []],
    ['another category', [interval(1), interval(2)], [verdict(1, FLAG), verdict(2)], [1], [1]],
    ['another result', [interval(1, FLAG)], [verdict(1, { ...FLAG, result: 'malware' })], [1], [1]],
    ['a result that is gone', [interval(1)], [verdict(1, { result: null })], [1], [1]],
    ['a result that came', [interval(1, { result: null })], [verdict(1)], [1], [1]],
    ['still no result', [interval(1, { result: null })], [verdict(1, { result: null })], [], []],
    [
      'no result is not an empty one',
      [interval(1, { result: '' })],
      [verdict(1, { result: null })],
      [1],
      [1],
    ],
    ['another method', [interval(1)], [verdict(1, { method: 'ai' })], [1], [1]],
    ['case counts', [interval(1)], [verdict(1, { result: 'Clean' })], [1], [1]],
    ['an engine that is gone', [interval(1), interval(2)], [verdict(2)], [1], []],
    ['an engine that is new', [interval(1)], [verdict(1), verdict(2)], [], [2]],
    ['nobody answers', [interval(1), interval(2)], [], [1, 2], []],
  ];
  it.each(cases)('%s', (_what, present, verdicts, closedIds, openedEngines) => {
    const change = historyChange(present, verdicts);

    expect(change.closedIds).toEqual(closedIds);
    expect(change.opened.map(({ engine }) => engine)).toEqual(openedEngines);
    expect(change.opened.every((opened) => verdicts.includes(opened))).toBe(true);
  });

  it('tells an interval by its id, not by its engine', () => {
    expect(historyChange([interval(70, { engine: 1 })], [verdict(1, FLAG)]).closedIds).toEqual([
      70,
    ]);
  });
});

import { changesByTask, inReadingOrder, type VerdictSpan } from './verdict-changes.rules.js';

const CLEAN = { category: 'harmless', result: 'clean' };
const FLAG = { category: 'malicious', result: 'phishing' };

const span = (
  engine: string,
  fromTaskId: number,
  lastTaskId: number | null,
  said = CLEAN,
): VerdictSpan => ({ engine, fromTaskId, lastTaskId, ...said });

describe('changesByTask', () => {
  it('has nothing for the first scan, which has none to compare with', () => {
    expect(changesByTask([10], [span('A', 10, null)])).toEqual(new Map());
    expect(changesByTask([], [])).toEqual(new Map());
  });

  it('tells who changed, came and went, flags first', () => {
    const changes = changesByTask(
      [30, 20, 10],
      [
        span('Same', 10, null),
        span('Alpha', 10, 20),
        span('Alpha', 30, null, { category: 'undetected', result: 'unrated' }),
        span('Beta', 10, 10),
        span('Beta', 20, null, FLAG),
        span('New', 30, null),
        span('Gone', 10, 10),
      ],
    );

    expect(changes.get(20)).toEqual([
      { engine: 'Beta', from: CLEAN, to: FLAG },
      { engine: 'Gone', from: CLEAN, to: null },
    ]);
    expect(changes.get(30)).toEqual([
      { engine: 'Alpha', from: CLEAN, to: { category: 'undetected', result: 'unrated' } },
      { engine: 'New', from: null, to: CLEAN },
    ]);
    expect([...changes.keys()]).toEqual([30, 20]);
  });

  it('keeps quiet about what differs in nothing that is shown', () => {
    const changes = changesByTask([20, 10], [span('A', 10, 10), span('A', 20, null)]);
    expect(changes.get(20)).toEqual([]);
  });

  it('takes an engine that was away for new', () => {
    const changes = changesByTask([30, 20, 10], [span('A', 10, 10), span('A', 30, null)]);
    expect(changes.get(20)).toEqual([{ engine: 'A', from: CLEAN, to: null }]);
    expect(changes.get(30)).toEqual([{ engine: 'A', from: null, to: CLEAN }]);
  });
});

describe('inReadingOrder', () => {
  it('puts flags first, then names byte for byte', () => {
    const rows = ['harmless b', 'harmless B', 'suspicious z', 'undetected a', 'malicious y'].map(
      (text) => {
        const [category = '', engine = ''] = text.split(' ');
        return { category, engine };
      },
    );
    expect([...rows].sort(inReadingOrder).map(({ engine }) => engine)).toEqual([
      'y',
      'z',
      'B',
      'a',
      'b',
    ]);
    expect(inReadingOrder(rows[0]!, rows[0]!)).toBe(0);
  });
});

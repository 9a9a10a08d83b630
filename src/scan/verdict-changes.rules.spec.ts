import fc from 'fast-check';
import { flagLife, type JudgedTask } from './flag-life.rules.js';
import {
  byEngine,
  changesBetween,
  inReadingOrder,
  type Said,
  type VerdictChange,
  type VerdictSpan,
} from './verdict-changes.rules.js';

const CLEAN = { category: 'harmless', result: 'clean' };
const UNRATED = { category: 'undetected', result: 'unrated' };
const FLAG = { category: 'malicious', result: 'phishing' };
const OTHER_FLAG = { category: 'malicious', result: 'malware' };
const LATE = { category: 'timeout', result: 'timeout' };
const FAILED = { category: 'failure', result: null };

/** What one platform's engines said, scan by scan. */
interface Week {
  isConclusive: boolean;
  said: Record<string, Said | undefined>;
}

/** The history as it is kept: tasks 10, 20, and so on, and what stays the same as one span. */
function kept(weeks: readonly Week[]): { tasks: JudgedTask[]; spans: VerdictSpan[] } {
  const tasks = weeks.map(({ isConclusive }, index) => ({ id: (index + 1) * 10, isConclusive }));
  const spans: VerdictSpan[] = [];
  for (const engine of new Set(weeks.flatMap(({ said }) => Object.keys(said)))) {
    let open = null as VerdictSpan | null;
    for (const [index, { said }] of weeks.entries()) {
      const now = said[engine];
      const isSame = now?.category === open?.category && now?.result === open?.result;
      if (isSame && (now !== undefined) === (open !== null)) continue;
      if (open) open.lastTaskId = index * 10;
      open = now ? { engine, ...now, fromTaskId: (index + 1) * 10, lastTaskId: null } : null;
      if (open) spans.push(open);
    }
  }
  return { tasks, spans };
}

/** What each week changed, as the pages and the API tell it. */
function told(weeks: readonly Week[]): VerdictChange[][] {
  const { tasks, spans } = kept(weeks);
  const lives = new Map(
    [...byEngine(spans)].map(([engine, own]) => [
      engine,
      flagLife(tasks, [{ id: 1, spans: own, renamed: null }]),
    ]),
  );
  return tasks.slice(1).map(({ id }) => changesBetween([id - 10, id], byEngine(spans), lives));
}

const week = (said: Week['said'], isConclusive = true): Week => ({ isConclusive, said });
/** What happened to one engine, week by week. */
const kinds = (...weeks: [Said | undefined, boolean?][]) =>
  told(weeks.map(([said, isConclusive]) => week({ A: said }, isConclusive))).map(
    ([change]) => change?.kind ?? null,
  );

describe('what a scan changed', () => {
  it.each([
    ['flagged', CLEAN, FLAG],
    ['flagged', undefined, FLAG],
    ['flagged', LATE, FLAG],
    ['changed', FLAG, OTHER_FLAG],
    ['cleared', FLAG, CLEAN],
    ['cleared', FLAG, UNRATED],
    ['no_answer', FLAG, LATE],
    ['no_answer', CLEAN, FAILED],
    ['no_answer', undefined, LATE],
    ['changed', LATE, FAILED],
    ['answered', LATE, CLEAN],
    ['changed', CLEAN, UNRATED],
    ['gone', FLAG, undefined],
    ['gone', CLEAN, undefined],
    ['new', undefined, CLEAN],
    [null, FLAG, FLAG],
    [null, CLEAN, CLEAN],
    [null, undefined, undefined],
  ] as const)('is %s, from %j to %j', (kind, from, to) => {
    expect(kinds([from], [to])).toEqual([kind]);
  });

  it.each<[string, Parameters<typeof kinds>, (string | null)[]]>([
    ['a late answer clears nothing', [[FLAG], [LATE], [CLEAN]], ['no_answer', 'cleared']],
    ['who left clears nothing', [[FLAG], [undefined], [CLEAN]], ['gone', 'cleared']],
    ['who left for good never clears', [[FLAG], [undefined], [undefined]], ['gone', null]],
    [
      'too few answers clear nothing, the next scan does',
      [[FLAG], [CLEAN, false], [CLEAN, false], [CLEAN]],
      ['unconfirmed', null, 'cleared'],
    ],
    [
      'nor when it flags again in between',
      [[FLAG], [CLEAN, false], [FLAG], [UNRATED]],
      ['unconfirmed', 'flagged', 'cleared'],
    ],
    [
      'a flag told again after a late answer is no new one',
      [[FLAG], [LATE], [FLAG]],
      ['no_answer', 'answered'],
    ],
    ['nor after it left', [[FLAG], [undefined], [FLAG]], ['gone', 'answered']],
    ['another one is', [[FLAG], [LATE], [OTHER_FLAG]], ['no_answer', 'flagged']],
    [
      'and so is one that was cleared meanwhile',
      [[FLAG], [CLEAN], [LATE], [FLAG]],
      ['cleared', 'no_answer', 'flagged'],
    ],
    ['a flag in an inconclusive scan counts', [[CLEAN], [FLAG, false]], ['flagged']],
    ['what was cleared is cleared once', [[FLAG], [CLEAN], [UNRATED]], ['cleared', 'changed']],
  ])('%s', (_, weeks, expected) => {
    expect(kinds(...weeks)).toEqual(expected);
  });

  it('tells flags first, then by engine', () => {
    const changes = told([
      week({ Same: CLEAN, Alpha: CLEAN, Beta: CLEAN, Gone: CLEAN }),
      week({ Same: CLEAN, Alpha: UNRATED, Beta: FLAG, New: CLEAN }),
    ]);
    expect(changes).toEqual([
      [
        { engine: 'Beta', kind: 'flagged', from: CLEAN, to: FLAG },
        { engine: 'Alpha', kind: 'changed', from: CLEAN, to: UNRATED },
        { engine: 'Gone', kind: 'gone', from: CLEAN, to: null },
        { engine: 'New', kind: 'new', from: null, to: CLEAN },
      ],
    ]);
  });

  it('takes two names of one engine for one, of which the new one speaks', () => {
    const old: VerdictSpan[] = [{ engine: 'Now', ...FLAG, fromTaskId: 10, lastTaskId: 20 }];
    const own: VerdictSpan[] = [
      { engine: 'Now', ...FLAG, fromTaskId: 20, lastTaskId: 30 },
      { engine: 'Now', ...CLEAN, fromTaskId: 40, lastTaskId: null },
    ];
    const names = [
      { id: 1, spans: old, renamed: { toId: 2, afterTaskId: 20 } },
      { id: 2, spans: own, renamed: null },
    ];
    const tasks = [10, 20, 30, 40].map((id) => ({ id, isConclusive: true }));
    const lives = new Map([['Now', flagLife(tasks, names)]]);
    const at = (before: number, id: number) =>
      changesBetween([before, id], byEngine([...old, ...own]), lives).map(({ kind }) => kind);

    expect([at(10, 20), at(20, 30), at(30, 40)]).toEqual([[], [], ['cleared']]);
  });
});

describe('a year of weekly scans', () => {
  const said = fc.constantFrom(
    undefined,
    undefined,
    CLEAN,
    CLEAN,
    CLEAN,
    UNRATED,
    FLAG,
    OTHER_FLAG,
    LATE,
    FAILED,
  );
  const NAMES = ['Google Safebrowsing', 'Google Safe Browsing', 'K7GW', 'ESET', 'Zeta'];
  const year = fc.array(
    fc.record({
      isConclusive: fc.boolean(),
      said: fc
        .tuple(said, said, said, said, said)
        .map((all) => Object.fromEntries(all.map((one, index) => [NAMES[index] ?? '', one]))),
    }),
    { minLength: 52, maxLength: 52 },
  );

  it('has no false “cleared”, and misses none', () => {
    fc.assert(
      fc.property(year, (weeks) => {
        for (const [index, changes] of told(weeks).entries()) {
          const now = weeks[index + 1];
          const cleared = changes.filter(({ kind }) => kind === 'cleared');
          const expected = NAMES.filter((name) => {
            const isTakenBack = ['harmless', 'undetected'].includes(
              now?.said[name]?.category ?? '',
            );
            return (
              now?.isConclusive === true && isTakenBack && stood(weeks.slice(0, index + 1), name)
            );
          });
          expect(cleared.map(({ engine }) => engine).sort()).toEqual([...expected].sort());
        }
      }),
      { numRuns: 100 },
    );
  });

  it('tells of every difference, and of nothing else but what is cleared', () => {
    fc.assert(
      fc.property(year, (weeks) => {
        for (const [index, changes] of told(weeks).entries()) {
          const differing = NAMES.filter(
            (name) =>
              JSON.stringify(weeks[index]?.said[name]) !==
              JSON.stringify(weeks[index + 1]?.said[name]),
          );
          const others = changes.filter(({ engine }) => !differing.includes(engine));
          expect(changes.map(({ engine }) => engine)).toEqual(expect.arrayContaining(differing));
          expect(others.filter(({ kind }) => kind !== 'cleared')).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  });

  /** Told backwards: the last thing that counted was a flag. */
  function stood(past: readonly Week[], name: string): boolean {
    for (const { said: all, isConclusive } of [...past].reverse()) {
      const category = all[name]?.category ?? '';
      if (['malicious', 'suspicious'].includes(category)) return true;
      if (isConclusive && ['harmless', 'undetected'].includes(category)) return false;
    }
    return false;
  }
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

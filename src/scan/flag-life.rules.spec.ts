import { type EngineName, flagLife, type JudgedTask } from './flag-life.rules.js';
import { byEngine, changesBetween } from './verdict-changes.rules.js';

const OLD = 1;
const MID = 2;
const NEW = 3;

/** Tasks 1, 2 and so on; a small letter says that the scan was inconclusive. */
const tasksOf = (letters: string): JudgedTask[] =>
  Array.from(letters, (letter, index) => ({ id: index + 1, isConclusive: letter === 'C' }));

const WORDS: Record<string, string> = { m: 'malicious', h: 'harmless', t: 'timeout' };

/** What a name said task by task: m, h, t, or a dot for nothing. */
function name(id: number, said: string, renamed: EngineName['renamed'] = null): EngineName {
  const spans = Array.from(said).flatMap((letter, index) => {
    const category = WORDS[letter];
    if (category === undefined) return [];
    const task = index + 1;
    return [{ engine: 'Now', category, result: category, fromTaskId: task, lastTaskId: task }];
  });
  return { id, spans, renamed };
}

const renamedTo = (toId: number, afterTaskId: number) => ({ toId, afterTaskId });

describe('flagLife', () => {
  it.each<[what: string, tasks: string, names: EngineName[], stands: number[]]>([
    ['its own answer clears', 'CCCC', [name(NEW, '.mmh')], [2, 3]],
    ['not in an inconclusive scan', 'CcCC', [name(NEW, 'mhhh')], [1, 2]],
    [
      'a new name that nobody confirmed clears nothing',
      'CCCCCC',
      [name(OLD, 'mmm...', renamedTo(NEW, 5)), name(NEW, '...hhh')],
      [1, 2, 3, 4, 5],
    ],
    [
      'the old name itself does, before and after',
      'CCCCCC',
      [name(OLD, 'mh.m.h', renamedTo(NEW, 4)), name(NEW, '......')],
      [1, 4, 5],
    ],
    [
      'once confirmed, the present name speaks',
      'CCCC',
      [name(OLD, 'mmmm', renamedTo(NEW, 2)), name(NEW, 'hhhh')],
      [1, 2],
    ],
    [
      'unless it does not answer',
      'CCCC',
      [name(OLD, 'mmmm', renamedTo(NEW, 1)), name(NEW, 'tttt')],
      [1, 2, 3, 4],
    ],
    [
      'a flag goes along a chain of renames',
      'CCCCCC',
      [
        name(OLD, 'm.....', renamedTo(MID, 2)),
        name(MID, '.h....', renamedTo(NEW, 4)),
        name(NEW, '..hhhh'),
      ],
      [1, 2, 3, 4],
    ],
  ])('%s', (_, tasks, names, stands) => {
    expect([...flagLife(tasksOf(tasks), names)]).toEqual(stands);
  });

  it('has a new name clear nothing in the history either, until it is confirmed', () => {
    const names = [name(OLD, 'mmm..', renamedTo(NEW, 4)), name(NEW, '...hh')];
    const spans = byEngine(names.flatMap((one) => one.spans));
    const lives = new Map([['Now', flagLife(tasksOf('CCCCC'), names)]]);
    const kinds = (
      [
        [3, 4],
        [4, 5],
      ] as const
    ).map((pair) => changesBetween(pair, spans, lives).map(({ kind }) => kind));
    expect(kinds).toEqual([['unconfirmed'], ['cleared']]);
  });

  it('takes no time for years of flapping', () => {
    const days = 1825;
    const flapping = 'mh'.repeat(days / 2) + 'm';
    const tasks = tasksOf('C'.repeat(days));
    const spans = name(NEW, flapping);
    const start = performance.now();
    for (let round = 0; round < 150; round += 1) flagLife(tasks, [spans]);
    // Each task against each span is seconds of it.
    expect(performance.now() - start).toBeLessThan(1500);
  });
});

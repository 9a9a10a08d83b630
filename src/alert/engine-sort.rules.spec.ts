import { sortedEngines } from './engine-sort.rules.js';

const engine = (name: string, flagged: number, lastSeenAt: number) => ({
  name,
  flagged,
  firstSeenAt: new Date(0),
  lastSeenAt: new Date(lastSeenAt),
  seen: 1,
  answered: 1,
  timedOut: 0,
});
const ENGINES = [engine('A', 2, 3), engine('B', 10, 1), engine('a', 2, 2)];

describe('engines', () => {
  it.each([
    ['name', false, 'ABa'],
    ['name', true, 'aBA'],
    ['flagged', true, 'BAa'],
    ['flagged', false, 'AaB'],
    ['lastSeenAt', true, 'AaB'],
    ['seen', true, 'ABa'],
  ] as const)('are sorted by %s, descending: %s', (by, isDescending, names) => {
    const sorted = sortedEngines(ENGINES, by, isDescending);
    expect(sorted.map(({ name }) => name).join('')).toBe(names);
  });
});

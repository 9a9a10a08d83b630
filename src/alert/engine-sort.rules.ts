/** An engine as its table is sorted. */
export interface SortedEngine {
  name: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  seen: number;
  answered: number;
  flagged: number;
  timedOut: number;
}

/** How engines may be sorted: by name, or by a figure, in which the highest tells most. */
export const ENGINE_SORTS = {
  name: {},
  seen: { startsWith: 'descending' },
  answered: { startsWith: 'descending' },
  flagged: { startsWith: 'descending' },
  timedOut: { startsWith: 'descending' },
  firstSeenAt: { startsWith: 'descending' },
  lastSeenAt: { startsWith: 'descending' },
} as const satisfies Record<keyof SortedEngine, { startsWith?: 'descending' }>;

/** How engines are sorted when nothing is said of it. */
export const ENGINE_SORT = 'name';

/**
 * Engines in an order; those that are the same in it stay by name.
 * @param byName all of them, by name as the database sorts it
 */
export function sortedEngines<T extends SortedEngine>(
  byName: readonly T[],
  by: keyof SortedEngine,
  isDescending: boolean,
): T[] {
  if (by === 'name') return isDescending ? [...byName].reverse() : [...byName];
  const sign = isDescending ? -1 : 1;
  return [...byName].sort((a, b) => sign * (Number(a[by]) - Number(b[by])));
}

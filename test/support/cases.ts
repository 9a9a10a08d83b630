/**
 * How many cases a property that takes a database is tried with: a few in `npm test`, several times
 * as many where test/long runs the same file.
 */
export function cases(few: number): number {
  return few * timesAsMany();
}

/** By how much longer that may take. */
export function timesAsMany(): number {
  return Number(process.env.OJU_TEST_TIMES_AS_MANY ?? 1);
}

/**
 * What `npm test` tries of many that are alike: a few, and the next few at the next turn, so that
 * every one has its turn somewhere; all of them where test/long runs the same file.
 * @param turn counted up by whoever asks, such as the number of the route
 */
export function fewOf<T>(all: readonly T[], few: number, turn: number): T[] {
  if (timesAsMany() > 1 || few >= all.length) return [...all];
  return Array.from({ length: few }, (_, index) => all[(turn * few + index) % all.length] as T);
}

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

import { appendFileSync } from 'node:fs';

const tally = new Map<string, number>();

/** Counts ways in that a test tried, by kind; docs/security-testing.md has the figures. */
export function tried(kind: string, times = 1): void {
  tally.set(kind, (tally.get(kind) ?? 0) + times);
}

/** How many were tried so far in this file, of one kind. */
export function triedSoFar(kind: string): number {
  return tally.get(kind) ?? 0;
}

afterAll(() => {
  const file = process.env.OJU_TEST_TALLY;
  if (file === undefined) return;
  for (const [kind, times] of tally) appendFileSync(file, `${JSON.stringify({ kind, times })}\n`);
});

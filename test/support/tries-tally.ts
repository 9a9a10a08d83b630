import { appendFileSync } from 'node:fs';

const tally = new Map<string, number>();

/** Counts ways in that a test tried, by kind; docs/security-testing.md has the figures. */
export function tried(kind: string, times = 1): void {
  tally.set(kind, (tally.get(kind) ?? 0) + times);
  const file = process.env.OJU_TEST_TALLY;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ kind, times })}\n`);
}

/** How many were tried so far, of one kind. */
export function triedSoFar(kind: string): number {
  return tally.get(kind) ?? 0;
}

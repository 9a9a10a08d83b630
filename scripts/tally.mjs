/**
 * Adds up what `OJU_TEST_TALLY=FILE npm test -- integration e2e` wrote, as the table of docs/security-testing.md.
 *
 *   node scripts/tally.mjs FILE
 */
import { readFileSync } from 'node:fs';

const sums = new Map();
for (const line of readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const { kind, times } = JSON.parse(line);
  sums.set(kind, (sums.get(kind) ?? 0) + times);
}
for (const [kind, times] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`| ${kind} | ${times} |`);
}
console.log(`| all | ${[...sums.values()].reduce((all, times) => all + times, 0)} |`);

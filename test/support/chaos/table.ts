import { KILL_STEPS } from '../server/server-options.js';
import type { RoundResult } from './round.js';

/** What all rounds came to, for people to read. */
export function table(results: readonly RoundResult[]): string {
  const kills = results.flatMap((result) => result.kills);
  const outages = results.flatMap((result) => result.outages);
  const rows: [string, string | number][] = [
    ['rounds', results.length],
    ['kills', kills.length],
    ...[...KILL_STEPS, 'random' as const].map((step): [string, number] => [
      `  ${step}`,
      count(kills, step),
    ]),
    ['outages', outages.length],
    ...[...new Set(outages)]
      .sort()
      .map((kind): [string, number] => [`  ${kind}`, count(outages, kind)]),
    ['submissions', total(results, 'submissions')],
    ['tasks', total(results, 'tasks')],
    ['alerts', total(results, 'alerts')],
    ['violations', results.reduce((sum, { violations }) => sum + violations.length, 0)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(24)}${String(value).padStart(7)}`).join('\n');
}

/** One line a round, and what it broke. */
export function roundLines({
  plan,
  kills,
  outages,
  submissions,
  tookMs,
  violations,
}: RoundResult): string {
  const met = [...kills, ...outages].join(', ');
  const head = `${plan.name.padEnd(11)} ${String(Math.round(tookMs / 1000)).padStart(3)} s  ${submissions} submissions for ${plan.platforms} platforms; ${met}`;
  return [head, ...violations.map((violation) => `  VIOLATION ${violation}`)].join('\n');
}

function count<T>(items: readonly T[], wanted: T): number {
  return items.filter((item) => item === wanted).length;
}

function total(results: readonly RoundResult[], what: 'submissions' | 'tasks' | 'alerts'): number {
  return results.reduce((sum, result) => sum + result[what], 0);
}

import { presentOf, type Renames, renamesSince } from '../vendor/renames.rules.js';
import { doesSpeak, type Verdict } from './verdict.rules.js';

/**
 * Verdicts by what their engines are called now, one an engine: the present name speaks where it
 * answers, else the newest of the older ones that do.
 */
export function presentVerdicts(
  verdicts: readonly Verdict[],
  renames: Renames,
): readonly Verdict[] {
  if (!verdicts.some(({ engine }) => renames.has(engine))) return verdicts;
  const spoken = new Map<number, Verdict>();
  const oldestFirst = [...verdicts].sort(
    (a, b) => renamesSince(b.engine, renames) - renamesSince(a.engine, renames),
  );
  for (const verdict of oldestFirst) {
    const engine = presentOf(verdict.engine, renames);
    if (doesSpeak(verdict, spoken.get(engine))) spoken.set(engine, { ...verdict, engine });
  }
  return [...spoken.values()];
}

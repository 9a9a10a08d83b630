import { isWithinEdits } from './edit-distance.rules.js';
import { plainForm } from './look-alike.rules.js';
import { engineOfOtherName } from './other-names.rules.js';

interface Candidate {
  name: string;
  plain: string;
  /** The edits that still make a likely misspelling. */
  edits: number;
  letters: number;
}

/** Finds the engines that a name may have meant. */
export type NearMissFinder = (name: string) => string[];

/**
 * The engines that a vendor's name has likely missed: those that differ from it only in case,
 * spaces, punctuation or Unicode form, or by a few letters, and those that it is another known name
 * of. A hint for people, never a match.
 * @returns exact engine names, the likeliest first; none if the name is an engine's, to the byte
 */
export function nearMisses(name: string, engineNames: Iterable<string>): string[] {
  return nearMissFinder(engineNames)(name);
}

/**
 * The same for many names: the engines are prepared once, and a name takes microseconds.
 * @param among the engines that are looked for, where not all are
 */
export function nearMissFinder(
  engineNames: Iterable<string>,
  among?: ReadonlySet<string>,
): NearMissFinder {
  const names = new Set(engineNames);
  const candidates = [...names]
    .filter((name) => !among || among.has(name))
    .map(candidate)
    .filter(({ plain }) => plain !== '');
  const ofLength = byLength(candidates);
  return (name) => {
    if (names.has(name)) return [];
    const plain = plainForm(name);
    if (plain === '') return [];
    const knownAs = engineOfOtherName(name);
    const letters = lettersOf(plain);
    const near = ofLength.get(plain.length) ?? [];
    const known = knownAs === null ? [] : candidates.filter((engine) => engine.name === knownAs);
    return [...new Set([...near, ...known])]
      .flatMap((engine) => {
        const rank = rankOf(engine, plain, letters, knownAs);
        return rank === null ? [] : [{ engine: engine.name, rank }];
      })
      .sort((a, b) => a.rank - b.rank || (a.engine < b.engine ? -1 : 1))
      .map(({ engine }) => engine);
  };
}

/** The engines that a plain form of some length may mean: an edit adds or drops one letter at most. */
function byLength(candidates: readonly Candidate[]): Map<number, Candidate[]> {
  const ofLength = new Map<number, Candidate[]>();
  for (const engine of candidates) {
    const { length } = engine.plain;
    for (let near = length - engine.edits; near <= length + engine.edits; near += 1) {
      ofLength.set(near, [...(ofLength.get(near) ?? []), engine]);
    }
  }
  return ofLength;
}

function candidate(name: string): Candidate {
  const plain = plainForm(name);
  return { name, plain, edits: editsAllowed(plain), letters: lettersOf(plain) };
}

/** 2; 1 for an engine below 6 letters and digits; none below 4. */
function editsAllowed({ length }: string): number {
  if (length < 4) return 0;
  return length < 6 ? 1 : 2;
}

function rankOf(
  engine: Candidate,
  plain: string,
  letters: number,
  knownAs: string | null,
): number | null {
  if (engine.plain === plain) return 0;
  if (engine.name === knownAs) return 1;
  // An edit adds and drops one letter at most, which spares nearly every comparison.
  if (bits(engine.letters ^ letters) > engine.edits * 2) return null;
  if (engine.edits > 0 && isWithinEdits(plain, engine.plain, 1)) return 2;
  return engine.edits > 1 && isWithinEdits(plain, engine.plain, 2) ? 3 : null;
}

/** Which characters a text holds, folded into 32 bits. */
function lettersOf(plain: string): number {
  let letters = 0;
  for (let index = 0; index < plain.length; index += 1)
    letters |= 1 << (plain.charCodeAt(index) % 32);
  return letters;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** A spelling beside another: where the two part, and what the eye cannot tell. */
interface Spelling {
  before: string;
  /** What the other spelling has not, or has otherwise. */
  differs: string;
  after: string;
  /** The characters in `differs` that are not plain ASCII or do not show, by their code points. */
  codes: string[];
}

/** Two spellings as a page shows them one above the other. */
export interface SpellingPair {
  typed: Spelling;
  meant: Spelling;
}

/**
 * Where a name and the one that it likely means part: what they begin and end with in common stays
 * plain, and what is invisible or looks like a plain letter is named (`U+0430`).
 */
export function spellingPair(typed: string, meant: string): SpellingPair {
  const one = Array.from(typed);
  const other = Array.from(meant);
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return { typed: spelling(one, start, end), meant: spelling(other, start, end) };
}

function spelling(characters: readonly string[], start: number, end: number): Spelling {
  const stop = characters.length - end;
  const differing = characters.slice(start, stop);
  return {
    before: characters.slice(0, start).join(''),
    differs: differing.join(''),
    after: characters.slice(stop).join(''),
    codes: [...new Set(differing.filter((character) => !/[!-~]/.test(character)))].map(codeOf),
  };
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

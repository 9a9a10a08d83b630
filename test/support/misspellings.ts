/** A misspelling of an engine's name, as people make them. */
export interface Misspelling {
  kind: string;
  engine: string;
  typed: string;
}

const LOOK_ALIKES: Record<string, string> = {
  a: 'а',
  c: 'с',
  e: 'е',
  i: 'і',
  o: 'о',
  p: 'р',
  s: 'ѕ',
  x: 'х',
  y: 'у',
  A: 'Α',
  B: 'В',
  C: 'С',
  E: 'Е',
  H: 'Н',
  K: 'К',
  M: 'М',
  O: 'О',
  P: 'Р',
  S: 'Ѕ',
  T: 'Т',
  X: 'Х',
};
const MARK = /[^\p{L}\p{N}]/gu;
const LETTERS = 'aeioutnrsl';

/**
 * Every misspelling of a name that one slip makes: of case, of spaces and punctuation (dropped,
 * added, doubled), of Unicode form, and of one letter at each place (dropped, doubled, changed,
 * added, swapped with the next).
 * @returns each once, and none that is the name itself
 */
export function misspellings(engine: string): Misspelling[] {
  const made = new Map<string, string>();
  const add = (kind: string, ...typed: string[]) => {
    for (const text of typed) {
      if (text !== engine && text.trim() === text && !made.has(text)) made.set(text, kind);
    }
  };
  const each = (change: (before: string, character: string, after: string) => string) =>
    Array.from(engine, (character, index) =>
      change(engine.slice(0, index), character, engine.slice(index + 1)),
    );

  add('case', engine.toLowerCase(), engine.toUpperCase(), capitals(engine));
  add('case', ...each((before, character, after) => before + swappedCase(character) + after));

  const isMark = (character: string) => /[^\p{L}\p{N}]/u.test(character);
  add('spaces and punctuation', engine.replace(MARK, ''), engine.replace(/\s/g, ''));
  add('spaces and punctuation', engine.replace(/\s/g, '-'), engine.replace(/\s/g, '  '));
  add('spaces and punctuation', engine.replace(/[-._]/g, ' '), `${engine}.`, `${engine} ™`);
  add('spaces and punctuation', engine.replace(/\p{Ll}(?=\p{Lu})/gu, '$& '));
  add(
    'spaces and punctuation',
    ...each(
      (before, character, after) =>
        before + (isMark(character) ? character + character : `${character} `) + after,
    ),
    ...each(
      (before, character, after) => before + (isMark(character) ? '' : `${character}-`) + after,
    ),
  );

  add('Unicode form', Array.from(engine, (c) => LOOK_ALIKES[c] ?? c).join(''));
  add('Unicode form', ...each((before, c, after) => before + (LOOK_ALIKES[c] ?? c) + after));
  add(
    'Unicode form',
    engine.replace(/[!-~]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)),
  );
  add('Unicode form', engine.replace(/ /g, '\u00a0'), engine.replace(/[aeou]/, '$&\u0301'));
  add('Unicode form', ...each((before, character, after) => `${before}${character}\u200b${after}`));

  const ofLetters = (change: (before: string, letter: string, after: string) => string) =>
    each((before, character, after) =>
      isMark(character) ? engine : change(before, character, after),
    );
  add('a letter off', ...ofLetters((before, _, after) => before + after));
  add('a letter off', ...ofLetters((before, letter, after) => before + letter + letter + after));
  for (const other of LETTERS) {
    add('a letter off', ...ofLetters((before, _, after) => before + other + after));
    add('a letter off', ...ofLetters((before, letter, after) => before + letter + other + after));
  }
  add(
    'a letter off',
    ...ofLetters((before, letter, after) => before + after.slice(0, 1) + letter + after.slice(1)),
  );
  return [...made].map(([typed, kind]) => ({ kind, engine, typed }));
}

function capitals(text: string): string {
  return text.toLowerCase().replace(/(^|\s)\p{L}/gu, (found) => found.toUpperCase());
}

function swappedCase(character: string): string {
  const upper = character.toUpperCase();
  return upper === character ? character.toLowerCase() : upper;
}

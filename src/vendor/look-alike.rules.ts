/**
 * Characters that look like an ASCII letter or digit, as far as names of companies may hold them:
 * the Cyrillic, Greek, Armenian and Cherokee ones of Unicode's confusables (UTS 39), in lower case.
 * What compatibility forms cover (full width, mathematical letters, ligatures) is not listed.
 */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  a: 'аα',
  b: 'ьвβᏼ',
  c: 'сϲᴄ',
  d: 'ԁ',
  e: 'еεҽ℮',
  f: 'ſƒϝ',
  g: 'ɡցԍ',
  h: 'һհн',
  i: 'іιıɩӏ1lǀ',
  j: 'јϳ',
  k: 'кκĸ',
  m: 'мϻ',
  n: 'пηո',
  o: 'оοσօ0',
  p: 'рρ',
  q: 'ԛգ',
  r: 'гᴦ',
  s: 'ѕꜱ',
  t: 'тτ',
  u: 'υսцᴜ',
  v: 'ѵνᴠ',
  w: 'ԝωᴡա',
  x: 'хχ',
  y: 'уγүʏ',
  z: 'ᴢ',
};

const SIGNS = /[™®©℠]/g;

const LETTER_OF = new Map(
  Object.entries(LOOKS_LIKE).flatMap(([letter, others]) =>
    Array.from(others, (other) => [other, letter] as const),
  ),
);

const ASCII = /^[\x20-\x7e]*$/;

/** Nearly every name, and the steps of the others are ten times as dear. */
function plainAscii(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z\d]/g, '')
    .replace(/[1l]/g, 'i')
    .replace(/0/g, 'o');
}

/**
 * A name without what the eye passes over: case, spaces, punctuation, accents and Unicode form, and
 * with the plain letter for each that looks like it (also `1`, `l` and `i`, `0` and `o`). Two names
 * with one such form may be the same to a reader and are not to the database. Empty for a name that
 * has neither letter nor digit.
 */
export function plainForm(name: string): string {
  if (ASCII.test(name)) return plainAscii(name);
  // Before the compatibility forms, in which a trade mark sign is two letters.
  const lowered = name.replace(SIGNS, '').normalize('NFKD').toLowerCase();
  return Array.from(lowered, (character) => LETTER_OF.get(character) ?? character)
    .join('')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

import { COMMON_PASSWORDS, COMMON_WORDS } from './common-passwords.js';

/** In characters; what a password field takes. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

/** What is left of a password, once everything guessable is taken out, has at least so many characters. */
const SHORTEST_REST = 4;
const ROWS = ['abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm'];
const LEET: Record<string, string> = { '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't' };
const SIGNS: Record<string, string> = { '@': 'a', $: 's', '!': 'i' };

/**
 * True for a password that is among the first that anybody would try: a common one, a word of those
 * with digits and signs about it, a pattern that repeats, a row of the keyboard, or the user's own
 * mail address or this program's name with little beside.
 * @param email of whose password it is to be
 */
export function isCommonPassword(password: string, email: string): boolean {
  const lower = password.toLowerCase();
  if (COMMON_PASSWORDS.has(lower) || COMMON_PASSWORDS.has(reversed(lower))) return true;
  if (isRepeated(lower)) return true;
  const own = email.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const known = [...own.filter((part) => part.length >= 3), 'oju', ...COMMON_WORDS];
  return [lower, spelled(lower)].some((text) => isMadeOf(text, known));
}

/** A pattern of up to four characters over and over, or a longer one that is common itself. */
function isRepeated(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const unit = text.slice(0, length);
    if (!unit.repeat(Math.ceil(text.length / length)).startsWith(text)) continue;
    if (length <= 4 || COMMON_WORDS.has(unit) || COMMON_PASSWORDS.has(unit)) return true;
  }
  return false;
}

/** Longest first, so that a word is not broken by a shorter one within it. */
function isMadeOf(text: string, known: readonly string[]): boolean {
  let rest = text;
  for (const word of [...known].sort((a, b) => b.length - a.length)) {
    rest = rest.replaceAll(word, ' ');
  }
  rest = rest.replaceAll(/[^\p{L}]/gu, ' ');
  const left = rest.split(/ +/).filter((part) => part !== '' && !isRow(part) && !isRepeated(part));
  return left.join('').length < SHORTEST_REST;
}

function isRow(part: string): boolean {
  return part.length >= 3 && ROWS.some((row) => row.includes(part) || reversed(row).includes(part));
}

/** As it was before digits and signs took the place of letters. */
function spelled(text: string): string {
  return text.replaceAll(/[013457@$!]/g, (sign) => LEET[sign] ?? SIGNS[sign] ?? sign);
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

import { LANGUAGES } from '../web/language.js';
import { translator } from '../web/translator.js';
import { NOBODY } from './alert.rules.js';

const WORDS: ReadonlySet<string> = new Set([
  NOBODY,
  ...LANGUAGES.map((language) => translator(language)('alert.nobody')),
]);

/** Whether what was typed names nobody, in JSON's word or a language's: no person is called that. */
export function isNobody(name: string): boolean {
  return WORDS.has(name.toLowerCase());
}

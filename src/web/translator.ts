import { createInstance, type i18n, type TOptions } from 'i18next';
import { type Language, LANGUAGES } from './language.js';
import { numberText } from './number-text.js';
import { currentReader } from './reader.js';
import { isolated } from './seen-text.rules.js';
import { en } from './strings/en.js';
import { fr } from './strings/fr.js';
import type { StringKey } from './strings/string-key.js';

/** Turns a key of the language file into text. Text is not escaped: the view engine does that. */
export type Translate = (key: StringKey, params?: Record<string, string | number>) => string;

const catalogue: i18n = createInstance({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en }, fr: { translation: fr } },
  interpolation: { escapeValue: false },
  initAsync: false,
  returnNull: false,
});
void catalogue.init();

/**
 * The translator of a language, by its BCP 47 tag; without one that of whoever reads at the time
 * of each call, so that one may be kept for good. Numbers are written as the language has them.
 * @throws Error (from the translator it returns) on a key that the language file does not have, or
 * that names a section of it
 */
export function translator(language?: string): Translate {
  return (key, params = {}) => {
    const lng = language === undefined ? currentReader().language : knownLanguage(language);
    const options = { ...params, lng, returnObjects: false };
    if (!isThere(key, options)) {
      throw new Error(`The language file has no string "${key}"`);
    }
    // The plural form is picked by `count` itself; what is shown of it is text.
    return catalogue.t(key, { ...options, replace: inWords(params, lng) });
  };
}

/** True when the language file has this string: for codes that come from elsewhere. */
export function hasString(key: string): key is StringKey {
  return catalogue.exists(key, { lng: 'en', returnObjects: false });
}

/** Strings that were found once: looking for one takes as long as putting it together. */
const found = new Set<string>();

function isThere(key: string, options: TOptions & { lng: string }): boolean {
  const place = `${options.lng} ${key}`;
  const isFound = found.has(place) || catalogue.exists(key, options);
  if (isFound) found.add(place);
  return isFound;
}

function knownLanguage(tag: string): Language {
  return LANGUAGES.find((language) => language === tag) ?? 'en';
}

function inWords(
  params: Record<string, string | number>,
  language: Language,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'number' ? numberText(value, undefined, language) : isolated(value),
    ]),
  );
}

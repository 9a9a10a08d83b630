import { createInstance, type i18n } from 'i18next';
import { en } from './strings/en.js';
import type { StringKey } from './strings/string-key.js';

/** Turns a key of the language file into text. Text is not escaped: the view engine does that. */
export type Translate = (key: StringKey, params?: Record<string, string | number>) => string;

const catalogue: i18n = createInstance({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
  returnNull: false,
});
void catalogue.init();

/**
 * The translator of a language, by its BCP 47 tag.
 * @throws Error (from the translator it returns) on a key that the language file does not have, or
 * that names a section of it
 */
export function translator(language = 'en'): Translate {
  const fixed = catalogue.getFixedT(language);
  return (key, params = {}) => {
    if (!catalogue.exists(key, { ...params, lng: language, returnObjects: false })) {
      throw new Error(`The language file has no string "${key}"`);
    }
    return fixed(key, params);
  };
}

/** True when the language file has this string: for codes that come from elsewhere. */
export function hasString(key: string, language = 'en'): key is StringKey {
  return catalogue.exists(key, { lng: language, returnObjects: false });
}

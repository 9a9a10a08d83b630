import type { Language } from './language.js';
import { currentReader } from './reader.js';

const plain = { en: new Intl.NumberFormat('en'), fr: new Intl.NumberFormat('fr') };

/**
 * A number as the reader's language writes it: `15,500`, `15 500` with a space that does not break.
 * @param decimals always so many, where they are told
 */
export function numberText(
  value: number,
  decimals?: number,
  language: Language = currentReader().language,
): string {
  if (decimals === undefined) return plain[language].format(value);
  return value.toLocaleString(language, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

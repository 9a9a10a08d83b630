import { currentReader } from '../reader.js';
import { numberText } from '../number-text.js';

/** As many signs as there is room for beside a picture. */
const LARGEST_WRITTEN_OUT = 9_999;

/** A formatter costs far more to make than to use. */
const made = new Map<string, Intl.DateTimeFormat>();

/** A number beside an axis, in the reader's language: `9,500`, but `12K` and `1.5M`. */
export function countLabel(count: number): string {
  if (count <= LARGEST_WRITTEN_OUT) return numberText(count);
  return new Intl.NumberFormat(currentReader().language, {
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(count);
}

/** A day under an axis, in the reader's language and without its year: `1 Nov`, `1 nov.`. */
export function dayLabel(day: string): string {
  // English as this application writes it has the day first.
  const locale = currentReader().language === 'en' ? 'en-GB' : currentReader().language;
  const format =
    made.get(locale) ??
    new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  made.set(locale, format);
  return format.format(new Date(day));
}

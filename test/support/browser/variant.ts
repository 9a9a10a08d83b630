import { type Language, LANGUAGES } from '../../../src/web/language.js';

/** A way in which somebody looks at a page. */
export interface Variant {
  language: Language;
  /** Of the window, CSS pixels: a desk, or a phone held upright. */
  width: 1280 | 390;
  theme: 'light' | 'dark';
  hasScript: boolean;
}

const WIDTHS = [1280, 390] as const;
const THEMES = ['light', 'dark'] as const;

/** What most people have. */
export const PLAIN: Variant = { language: 'en', width: 1280, theme: 'light', hasScript: true };

/** What differs from it in all that a page depends on. */
export const CONTRARY: Variant = { language: 'fr', width: 390, theme: 'dark', hasScript: false };

/** Every language, width and theme, with JavaScript. */
export const ALL_EIGHT: readonly Variant[] = LANGUAGES.flatMap((language) =>
  WIDTHS.flatMap((width) => THEMES.map((theme) => ({ language, width, theme, hasScript: true }))),
);

/** The same, and each without JavaScript too. */
export const ALL_SIXTEEN: readonly Variant[] = ALL_EIGHT.flatMap((variant) => [
  variant,
  { ...variant, hasScript: false },
]);

/** As part of a file's name: `fr-390-dark`, `en-1280-light-noscript`. */
export function nameOf({ language, width, theme, hasScript }: Variant): string {
  return [language, width, theme, ...(hasScript ? [] : ['noscript'])].join('-');
}

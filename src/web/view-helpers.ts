import type Handlebars from 'handlebars';
import type { HelperOptions } from 'handlebars';
import type { AssetHref } from './assets.js';
import { isUnder } from './menu.rules.js';
import type { StringKey } from './strings/string-key.js';
import { dayText, exactMoment, momentText } from './moment-text.js';
import { numberText } from './number-text.js';
import { currentReader } from './reader.js';
import { isolated } from './seen-text.rules.js';
import { hasString, translator } from './translator.js';

const t = translator();

/** The helpers that every view may use; each returns text, which Handlebars escapes. */
export function registerViewHelpers(handlebars: typeof Handlebars, assetHref: AssetHref): void {
  /** `{{asset 'js/forms.js'}}`: where a static file is served. */
  handlebars.registerHelper('asset', (name: string) => assetHref(name));

  /** `{{t 'vendor.title'}}`, `{{t 'scan.progress' done=3 total=5}}`. */
  handlebars.registerHelper('t', (key: string, options: HelperOptions) =>
    t(key as StringKey, options.hash as Record<string, string | number>),
  );

  /** `{{t_of 'alert.state' state}}`: the string of a code, under a section. */
  handlebars.registerHelper('t_of', (section: string, code: string) =>
    t(`${section}.${code}` as StringKey),
  );

  /** The same for a code that others make up: one that there is no string of stays as it is. */
  handlebars.registerHelper('word_of', (section: string, code: unknown) => {
    const key = `${section}.${String(code)}`;
    return hasString(key) ? t(key) : code;
  });

  /** `{{#if (eq a b)}}` */
  handlebars.registerHelper('eq', (a: unknown, b: unknown) => a === b);
  handlebars.registerHelper('or', (a: unknown, b: unknown) => Boolean(a) || Boolean(b));
  handlebars.registerHelper('not', (a: unknown) => !a);

  handlebars.registerHelper('or_text', (text: unknown, otherwise: string) =>
    typeof text === 'string' && text !== '' ? text : otherwise,
  );

  /** `{{#if (under path '/alerts')}}`: whether a path is that address or below it. */
  handlebars.registerHelper('under', (path: unknown, base: string) => isUnder(String(path), base));

  /**
   * `{{moment at}}`: a time element in the reader's time zone, with the exact UTC time behind it;
   * nothing known is said in words. The zone is never alone on a line.
   */
  handlebars.registerHelper('moment', (at: unknown) => {
    const date =
      at instanceof Date ? at : typeof at === 'string' && at !== '' ? new Date(at) : null;
    if (!date || Number.isNaN(date.getTime())) return t('app.never');
    const iso = date.toISOString();
    const exact = exactMoment(date);
    return new handlebars.SafeString(
      `<time datetime="${iso}" title="${exact}">${momentText(date).replace(/ (?=UTC)/, '\u00a0')}</time>`,
    );
  });

  /** `{{day followUpOn}}`: a day in UTC, such as `2026-11-24`. */
  handlebars.registerHelper('day', (value: unknown) =>
    typeof value === 'string' ? dayText(value) : value,
  );

  /** `{{number count}}`: as the reader's language writes it; what is no number stays as it is. */
  handlebars.registerHelper('number', (value: unknown) =>
    typeof value === 'number' ? numberText(value) : value,
  );

  /** For `lang`. */
  handlebars.registerHelper('page_language', () => currentReader().language);

  /** `{{safe_url url}}`: the URL for an href, if http, https, mailto or tel; else an empty one. */
  handlebars.registerHelper('safe_url', (url: unknown) =>
    typeof url === 'string' && /^(https?:|mailto:|tel:)/i.test(url) ? url : '',
  );

  /** `{{isolated name}}`: where there can be no `<bdi>`, as in an attribute that is read out. */
  handlebars.registerHelper('isolated', (text: unknown) =>
    typeof text === 'string' ? isolated(text) : text,
  );

  handlebars.registerHelper('join', (list: unknown, separator: unknown) =>
    Array.isArray(list) ? list.join(typeof separator === 'string' ? separator : ', ') : '',
  );
}

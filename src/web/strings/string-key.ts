import type { en } from './en.js';

type Keys<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Keys<T[K]>}`;
}[keyof T & string];

/**
 * The strings of another language whose plural has a form for millions, as French has (CLDR): every
 * key of the English file, so that a missing one does not compile.
 */
export type StringsWithMany<T = typeof en> = {
  readonly [K in keyof T]: T[K] extends string ? string : StringsWithMany<T[K]>;
} & {
  readonly [K in keyof T as K extends `${infer Base}_one` ? `${Base}_many` : never]: string;
};

/** i18next picks `key_one` or `key_other` when `key` is asked with a `count`. */
type WithoutPlural<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other`
  ? Base
  : K;

/** Every key of the language file, so that a missing one does not compile. */
export type StringKey = WithoutPlural<Keys<typeof en>>;

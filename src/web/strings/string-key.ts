import type { en } from './en.js';

type Keys<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Keys<T[K]>}`;
}[keyof T & string];

/** i18next picks `key_one` or `key_other` when `key` is asked with a `count`. */
type WithoutPlural<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other`
  ? Base
  : K;

/** Every key of the language file, so that a missing one does not compile. */
export type StringKey = WithoutPlural<Keys<typeof en>>;

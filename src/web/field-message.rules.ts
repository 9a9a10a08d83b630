import type { StringKey } from './strings/string-key.js';

/** What a form calls its fields: the keys of their labels. */
export type FieldLabels = Readonly<Record<string, StringKey>>;

/** True for a message that needs its field's name before it: "takes a whole number from 1 to 7". */
export function isFragment(message: string): boolean {
  return /^\p{Ll}/u.test(message);
}

/** A message as it stands beneath its field, whose label is its subject. */
export function asSentence(message: string): string {
  if (!isFragment(message)) return message;
  const [first = ''] = message;
  const end = /[.!?…]$/u.test(message) ? '' : '.';
  return `${first.toUpperCase()}${message.slice(first.length)}${end}`;
}

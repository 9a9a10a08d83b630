/**
 * Met by text of which at least one character can be seen: a name of nothing but white space, or of
 * characters that only steer how others are shown, such as U+200B and U+202E, could not be read, nor
 * a link of that name be pressed.
 */
export const SOMETHING_SEEN = /[^\s\p{C}\p{Default_Ignorable_Code_Point}]/u;

/** What turns the direction of writing round, or keeps it, until it is ended. */
const STEERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Letters of the scripts that are written from right to left. */
const FROM_THE_RIGHT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/**
 * Text that somebody typed as it may stand within a sentence: it turns nothing of the sentence round.
 * Pages that show it alone have `<bdi>` for that, and take nothing away.
 */
export function isolated(text: string): string {
  const plain = text.replace(STEERING, '');
  return FROM_THE_RIGHT.test(plain) ? `\u2068${plain}\u2069` : plain;
}

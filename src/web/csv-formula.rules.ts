/** What a spreadsheet may take for a formula, in the wide forms of East Asian keyboards too. */
const FORMULA = /^(\s*[=+\-@＝＋－＠]|[\t\r])/;
/** The same behind apostrophes, where one of them may be ours. */
const DEFUSED = /^'+(\s*[=+\-@＝＋－＠]|[\t\r])/;

/**
 * Text as a spreadsheet may be given it: what it would run as a formula gets an apostrophe before it
 * (OWASP's advice on CSV injection). Text that looks as if it had got one gets another, so that
 * {@link asItWas} finds every text again.
 */
export function defused(text: string): string {
  return FORMULA.test(text) || DEFUSED.test(text) ? `'${text}` : text;
}

/** The text that {@link defused} was given; other text stays as it is. */
export function asItWas(cell: string): string {
  return DEFUSED.test(cell) ? cell.slice(1) : cell;
}

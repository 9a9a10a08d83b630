/** What a spreadsheet may take for a formula, in the wide forms of East Asian keyboards too. */
const FORMULA = /^(\s*[=+\-@＝＋－＠]|[\t\r])/;
/** The same behind apostrophes, where one of them may be ours. */
const DEFUSED = /^'+(\s*[=+\-@＝＋－＠]|[\t\r])/;

/**
 * Where a spreadsheet that sets its cells apart by semicolons or tabs would begin one within ours: a
 * formula, but not a number such as a phone's.
 */
const WITHIN = String.raw`(?=[=@＝＠]|[+\-＋－](?![\d ()\/.-]*(?:[;\t\n]|$)))`;
const FORMULA_WITHIN = new RegExp(String.raw`([;\t]\s*'*)${WITHIN}`, 'g');
const DEFUSED_WITHIN = new RegExp(String.raw`([;\t]\s*'*)'${WITHIN}`, 'g');

/**
 * Text as a spreadsheet may be given it: what it would run as a formula gets an apostrophe before it
 * (OWASP's advice on CSV injection). Text that looks as if it had got one gets another, so that
 * {@link asItWas} finds every text again.
 */
export function defused(text: string): string {
  const inner = text.replace(FORMULA_WITHIN, "$1'");
  return FORMULA.test(inner) || DEFUSED.test(inner) ? `'${inner}` : inner;
}

/** The text that {@link defused} was given; other text stays as it is. */
export function asItWas(cell: string): string {
  const inner = DEFUSED.test(cell) ? cell.slice(1) : cell;
  return inner.replace(DEFUSED_WITHIN, '$1');
}

/** In characters; what is longer is cut. */
const LONGEST_TEXT = 1000;
/** In characters, which with the markup of JSON stays below the 64 KiB of MySQL's `text`. */
const LONGEST_JSON = 15_000;
const MOST_ITEMS = 100;
const DEEPEST = 4;

const SECRET =
  /pass(word|phrase)|secret|token|(^|[a-z_-])key$|apikey|hash|cipher|cookie|csrf|recoverycode|otp|credential|authorization/i;
/** The last four characters of a key, which pages show as well. */
const HINT = /hint$/i;

/** True for the name of a property whose value is, or opens, a secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !HINT.test(name);
}

/**
 * Text as the audit trail keeps it: secrets out, no control characters, and at most `longest`
 * characters. Secrets go before it is cut, else the rest of one would stay.
 */
export function auditText(
  value: string,
  redact: (text: string) => string,
  longest = LONGEST_TEXT,
): string {
  const clean = redact(value.toWellFormed()).replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  const characters = Array.from(clean.slice(0, (longest + 1) * 2));
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : clean;
}

/** Values as the audit trail keeps them, as JSON; null when there are none. */
export function auditValues(
  values: Readonly<Record<string, unknown>> | undefined,
  redact: (text: string) => string,
): string | null {
  if (values === undefined) return null;
  for (const longest of [LONGEST_TEXT, 100, 10]) {
    const json = JSON.stringify(kept(values, redact, longest, DEEPEST));
    if (json.length <= LONGEST_JSON) return json;
  }
  return JSON.stringify({ tooLong: true });
}

/**
 * What differs, of two states of one thing: the two sides with the properties that changed.
 * @returns null when nothing did
 */
export function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): { before: Record<string, unknown>; after: Record<string, unknown> } | null {
  const names = Object.keys(after).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (names.length === 0) return null;
  const pick = (side: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(names.map((name) => [name, side[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}

function kept(
  value: unknown,
  redact: (text: string) => string,
  longest: number,
  depth: number,
): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return auditText(value, redact, longest);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return value.toString();
  // What JSON does not know.
  if (typeof value !== 'object') return typeof value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) {
    return value.slice(0, MOST_ITEMS).map((item) => kept(item, redact, longest, depth - 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, held]) => held !== undefined && !isSecretName(name))
      .slice(0, MOST_ITEMS)
      .map(([name, held]) => [
        auditText(name, redact, 100),
        kept(held, redact, longest, depth - 1),
      ]),
  );
}

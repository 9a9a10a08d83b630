const INSTANT =
  /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Both databases hold these years. */
const FIRST = Date.parse('1970-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-01-01T00:00:00.000Z');

/** True for a moment as exports write it (`2026-11-24T09:00:00.000Z`), or with another offset. */
export function isInstantText(value: unknown): value is string {
  if (typeof value !== 'string' || !INSTANT.test(value)) return false;
  const time = Date.parse(value);
  return time >= FIRST && time < LAST && dayOf(value) === dayThatIs(value);
}

/** February 30 would be taken for March 2. */
function dayThatIs(value: string): string {
  return new Date(`${dayOf(value)}T00:00:00.000Z`).toISOString().slice(0, 10);
}

function dayOf(value: string): string {
  return value.slice(0, 10);
}

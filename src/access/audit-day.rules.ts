const DAY_MS = 24 * 3_600_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;

/**
 * A day in UTC (`2026-11-24`) with its begin and the begin of the next, or a time in UTC
 * (`2026-11-24T09:00:00Z`), whose begin and end are itself; null for anything else.
 */
export function readDay(text: unknown): { begin: Date; end: Date } | null {
  if (typeof text !== 'string' || !(DAY.test(text) || TIME.test(text))) return null;
  const begin = new Date(text);
  // JavaScript takes the 31st of February for the 3rd of March.
  if (Number.isNaN(begin.getTime()) || !begin.toISOString().startsWith(text.slice(0, 10))) {
    return null;
  }
  return { begin, end: DAY.test(text) ? new Date(begin.getTime() + DAY_MS) : begin };
}

/** What a column of an order holds in a row. */
export type CursorValue = string | number | Date | null;

/** A place in a list, between two rows. */
export interface Cursor {
  /** The order that the list had, by its name: in another one the place means nothing. */
  order: string;
  /** True for the rows before the place, false for those after it. */
  isBefore: boolean;
  /** Of the row beside it, column by column. */
  values: readonly CursorValue[];
}

/** Milliseconds from 1970 to the last day that a Date holds. */
const LAST_INSTANT = 8.64e15;

/** A cursor as addresses carry it: opaque, and safe in one. */
export function writeCursor({ order, isBefore, values }: Cursor): string {
  const plain = values.map((value) => (value instanceof Date ? { at: value.getTime() } : value));
  return Buffer.from(JSON.stringify([order, isBefore ? 1 : 0, ...plain])).toString('base64url');
}

/**
 * The inverse of {@link writeCursor}.
 * @param order the name of the order that the list has now
 * @param length of how many columns
 * @returns null for any other text, and for a cursor of another order
 */
export function readCursor(text: string, order: string, length: number): Cursor | null {
  const parsed = parsedList(text);
  if (parsed === null) return null;
  const [named, isBefore, ...plain] = parsed;
  if (named !== order || (isBefore !== 0 && isBefore !== 1)) return null;
  const values = plain.map(valueOf);
  if (values.length !== length || !values.every((value) => value !== undefined)) return null;
  return { order, isBefore: isBefore === 1, values };
}

function parsedList(text: string): unknown[] | null {
  try {
    const parsed = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** JSON knows numbers that no column holds: 1e999 is Infinity. */
function valueOf(plain: unknown): CursorValue | undefined {
  if (plain === null || typeof plain === 'string') return plain;
  if (typeof plain === 'number') return Number.isSafeInteger(plain) ? plain : undefined;
  if (typeof plain !== 'object') return undefined;
  const { at } = plain as { at?: unknown };
  const isInstant = Number.isSafeInteger(at) && Math.abs(at as number) <= LAST_INSTANT;
  return isInstant ? new Date(at as number) : undefined;
}

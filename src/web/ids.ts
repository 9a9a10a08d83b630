import { NotFoundError } from './domain-error.js';

const MAX_ID = 2 ** 31 - 1;

/** An id as JSON and addresses show it: opaque to callers. */
export function showId(id: number): string {
  return String(id);
}

/** The inverse of {@link showId}, or null for text that is no id. */
export function readId(text: unknown): number | null {
  if (typeof text !== 'string' || !/^[1-9]\d{0,9}$/.test(text)) return null;
  const id = Number(text);
  return id <= MAX_ID ? id : null;
}

/**
 * The id in an address.
 * @throws NotFoundError for text that is no id: there can be nothing at that address
 */
export function pathId(text: string): number {
  const id = readId(text);
  if (id === null) throw new NotFoundError();
  return id;
}

import type { Page } from './paging.js';

/** The body of every JSON answer. */
export interface Envelope<T> {
  data: T;
}

/** The body of every JSON list. */
export interface ListEnvelope<T> extends Envelope<T[]> {
  meta: { total: number; limit: number; nextCursor: string | null };
}

/** Wraps one page of a list, each row turned into its view. */
export function listEnvelope<T, V>(
  page: Omit<Page<T>, 'prevCursor'>,
  view: (row: T) => V,
): ListEnvelope<V> {
  const { items, total, limit, nextCursor } = page;
  return { data: items.map(view), meta: { total, limit, nextCursor } };
}

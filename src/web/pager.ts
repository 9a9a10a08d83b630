import { type ListAsked, listAddress } from './list-address.js';
import type { Page } from './paging.js';

/** How many rows a page may be asked to have, as its pager offers them. */
const SIZES = [25, 50, 100, 200];

/** What the partials `pager` and `kept_fields` show. */
export interface Pager {
  total: number;
  /** Which rows these are, counted from 1; null where that is not known. */
  range: { from: number; to: number } | null;
  /** Empty on the last page. */
  nextHref: string;
  /** Empty on the first page. */
  prevHref: string;
  /** Empty on the first page. */
  firstHref: string;
  /** Nothing where every size shows the same. */
  sizes: { size: number; href: string; isPresent: boolean }[];
  /** What a form that searches, filters or sorts the list must send along. */
  kept: { name: string; value: string }[];
}

/**
 * The pager of a list's page: its links keep what the list was asked for.
 * @param path the list's own address
 * @param asked the query, cursor and all; what is absent, null or empty is left out
 */
export function pager(
  path: string,
  { items, total, limit, nextCursor, prevCursor }: Page<unknown>,
  asked: ListAsked,
): Pager {
  const at = (cursor: string | null): string => listAddress(path, { ...asked, cursor });
  const isFirst = asked.cursor === undefined || asked.cursor === null;
  const isTrulyFirst = isFirst || (prevCursor === null && items.length > 0);
  return {
    total,
    range: rangeOf(items.length, total, isTrulyFirst, nextCursor === null),
    nextHref: nextCursor === null ? '' : at(nextCursor),
    prevHref: prevCursor === null ? '' : at(prevCursor),
    firstHref: isTrulyFirst ? '' : at(null),
    sizes:
      total > Math.min(...SIZES)
        ? SIZES.map((size) => ({
            size,
            href: listAddress(path, { ...asked, limit: size, cursor: null }),
            isPresent: size === limit,
          }))
        : [],
    kept: asked.limit == null ? [] : [{ name: 'limit', value: String(asked.limit) }],
  };
}

/** Between the first page and the last a keyset does not tell how many rows went before. */
function rangeOf(count: number, total: number, isFirst: boolean, isLast: boolean): Pager['range'] {
  if (count === 0 || count >= total) return null;
  if (isFirst) return { from: 1, to: count };
  return isLast ? { from: total - count + 1, to: total } : null;
}

import type { Page } from './paging.js';

/** What the partial `pager` shows. */
export interface Pager {
  total: number;
  /** Empty on the last page. */
  nextHref: string;
  /** Empty on the first page. */
  firstHref: string;
}

/**
 * The pager of a list's page: its links keep what the list was asked for.
 * @param path the list's own address
 * @param asked the query, cursor and all; what is absent or null is left out
 */
export function pager(
  path: string,
  { total, nextCursor }: Pick<Page<unknown>, 'total' | 'nextCursor'>,
  asked: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Pager {
  const href = (cursor: string | null): string => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(asked)) {
      if (value !== undefined && value !== null) parameters.set(name, String(value));
    }
    parameters.delete('cursor');
    if (cursor !== null) parameters.set('cursor', cursor);
    return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
  };
  return {
    total,
    nextHref: nextCursor === null ? '' : href(nextCursor),
    firstHref: asked.cursor === undefined || asked.cursor === null ? '' : href(null),
  };
}

import type { Sorts } from '../web/sorting.js';

/**
 * How platforms may be sorted. By state: flagged ones, then unknown, then clean. What is not flagged
 * stands by its last conclusive scan, so that those without one, or with one that is too old to tell,
 * come before those that it says are clean.
 */
export const PLATFORM_SORTS = {
  name: { columns: ['platform.name', 'platform.id'] },
  url: { columns: ['platform.urlKey'], isAscii: true },
  state: {
    columns: [
      { name: 'flag', sql: `CASE WHEN platform.state = 'flagged' THEN 0 ELSE 1 END` },
      'platform.lastConclusiveAt',
      'platform.id',
    ],
  },
  ownerName: { columns: ['platform.ownerName', 'platform.id'] },
  lastScannedAt: { columns: ['platform.lastScannedAt', 'platform.id'], startsWith: 'descending' },
} satisfies Sorts;

/** How a list of platforms is sorted that says nothing of it. */
export const PLATFORM_SORT = 'name';

import type { Sorts } from '../web/sorting.js';

/** How scans may be sorted: one that waits for its turn stands where it was asked for. */
export const SCAN_SORTS = {
  startedAt: {
    columns: [{ name: 'startedAt', sql: 'COALESCE(scan.startedAt, scan.createdAt)' }, 'scan.id'],
    startsWith: 'descending',
  },
  finishedAt: { columns: ['scan.finishedAt', 'scan.id'], startsWith: 'descending' },
} satisfies Sorts;

/** How a list of scans is sorted that says nothing of it. */
export const SCAN_SORT = '-startedAt';

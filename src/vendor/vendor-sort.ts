import type { Sorts } from '../web/sorting.js';

/** The lengths since MySQL takes no notice of spaces at the end. */
const IS_SEEN =
  'EXISTS (SELECT 1 FROM engines e WHERE e.name = vendor.name AND LENGTH(e.name) = LENGTH(vendor.name))';

/** How vendors may be sorted: by name, or those first whose engine was never seen. */
export const VENDOR_SORTS = {
  // Unique by itself; with the id after it MariaDB would sort them all instead.
  name: { columns: ['vendor.name'] },
  matched: {
    columns: [{ name: 'matched', sql: `CASE WHEN ${IS_SEEN} THEN 1 ELSE 0 END` }, 'vendor.name'],
  },
} satisfies Sorts;

/** How a list of vendors is sorted that says nothing of it. */
export const VENDOR_SORT = 'name';

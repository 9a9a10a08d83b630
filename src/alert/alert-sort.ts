import type { Sorts } from '../web/sorting.js';

const RANK = `CASE alert.severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END`;

/** How alerts may be sorted. */
export const ALERT_SORTS = {
  severity: {
    columns: [{ name: 'severity', sql: RANK }, 'alert.openedAt', 'alert.id'],
    startsWith: 'descending',
  },
  openedAt: { columns: ['alert.openedAt', 'alert.id'], startsWith: 'descending' },
  updatedAt: { columns: ['alert.updatedAt', 'alert.id'], startsWith: 'descending' },
} satisfies Sorts;

/** How a list of alerts is sorted that says nothing of it. */
export const ALERT_SORT = '-openedAt';

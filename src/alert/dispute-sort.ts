import type { Sorts } from '../web/sorting.js';

/** How disputes may be sorted. */
export const DISPUTE_SORTS = {
  reportedAt: { columns: ['dispute.reportedAt', 'dispute.id'], startsWith: 'descending' },
  followUpOn: { columns: ['dispute.followUpOn', 'dispute.id'], isAscii: true },
} satisfies Sorts;

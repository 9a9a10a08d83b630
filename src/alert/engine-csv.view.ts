import type { CsvColumns } from '../web/list-csv.js';
import type { EngineRow } from './engine-overview.service.js';

/** Engines as a file has them. */
export const ENGINE_COLUMNS: CsvColumns<EngineRow> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  vendorId: ({ vendor }) => vendor?.id ?? null,
  isGone: ({ isGone }) => isGone,
  seen: ({ seen }) => seen,
  answered: ({ answered }) => answered,
  flagged: ({ flagged }) => flagged,
  timedOut: ({ timedOut }) => timedOut,
  firstSeenAt: ({ firstSeenAt }) => firstSeenAt,
  lastSeenAt: ({ lastSeenAt }) => lastSeenAt,
};

import type { RowOutcome } from './import-row.entity.js';

/** What of a file is written, in this order; the same ones are only put back where they are gone. */
export const WRITTEN = ['changed', 'new', 'same'] as const satisfies readonly RowOutcome[];

/** Some rows of an import: those of one outcome, from one id to another. */
export interface RowBatch {
  importId: number;
  outcome: (typeof WRITTEN)[number];
  from: number;
  to: number;
}

import type { EntityTarget } from 'typeorm';
import type { ImportFileFormat } from './import-file.js';
import type { ImportRow, RowOutcome, RowProblem } from './import-row.entity.js';
import type { ImportKind } from './import.entity.js';
import type { RowBatch } from './row-batch.js';

/** What a row holds once it was read; the rest of it is the same for every kind. */
export type RowContent<R extends ImportRow> = Omit<R, keyof ImportRow>;

/** What is to be thought about before a row is imported. */
export interface RowHint {
  /** Engines that VirusTotal knows, one of which may be meant. */
  nearMisses?: readonly string[];
  /** In words. */
  warning?: string;
}

/** One field that a row changes. */
export interface FieldChange {
  field: string;
  before: string;
  after: string;
}

/** Vendors or platforms, as files of them are imported. */
export interface ImportTarget<R extends ImportRow> {
  readonly kind: ImportKind;
  readonly rows: EntityTarget<R>;
  /** The columns of a file, as JSON names the fields. */
  readonly columns: readonly string[];
  /** The column that must be there: it tells what a row is about. */
  readonly keyColumn: string;
  /**
   * Checks the values of one row.
   * @throws ValidationFailed that names each bad field
   */
  read: (values: Record<string, unknown>, format: ImportFileFormat) => RowContent<R>;
  /** Bad rows are left out, and do not stop the import. */
  readonly isLenient: boolean;
  /** The outcome of a row with problems. */
  outcomeOf: (problems: readonly RowProblem[]) => RowOutcome;
  /** What may be there once, in a file and in the database. */
  keyOf: (row: RowContent<R>) => string;
  /**
   * Begins to compare a file with the database.
   * @returns what sets the outcome of a batch of its rows, none of them bad
   */
  comparison: () => Promise<(rows: readonly R[]) => Promise<void>>;
  /** Figures of an import beside the counts of its outcomes. */
  figures: (importId: number) => Promise<Record<string, number>>;
  /** Which rows of the table `row` have a hint, as a condition. */
  readonly hinted: string;
  /** What is to be thought about before a row is imported. */
  hint: (row: R) => RowHint | null;
  /** What changed rows change, each in the order of `rows`. */
  changes: (rows: readonly R[]) => Promise<FieldChange[][]>;
  /**
   * Writes some of an import's rows, inside a unit of work.
   * @param isAudited each with a line of its own in the audit trail
   */
  write: (batch: RowBatch, isAudited: boolean) => Promise<void>;
}

import type { EntityTarget } from 'typeorm';
import type { ImportFormat } from './import-file.js';
import type { ImportRow } from './import-row.entity.js';
import type { ImportKind } from './import.entity.js';

/** What a row holds once it was read; the rest of it is the same for every kind. */
export type RowContent<R extends ImportRow> = Omit<R, keyof ImportRow>;

/** Vendors or platforms, as files of them are imported. */
export interface ImportTarget<R extends ImportRow> {
  readonly kind: ImportKind;
  readonly rows: EntityTarget<R>;
  /** The columns of a file; the first one must be there. */
  readonly columns: readonly string[];
  /**
   * Checks the values of one row.
   * @throws ValidationFailed that names each bad field
   */
  read: (values: Record<string, unknown>, format: ImportFormat) => RowContent<R>;
  /** What may be there once, in a file and in the database. */
  keyOf: (row: RowContent<R>) => string;
  /** Sets the outcome of rows that are not bad, by what the database has. */
  compare: (rows: readonly R[]) => Promise<void>;
  /** Writes an import's rows, inside a bulk unit of work. @param at when it is done */
  write: (importId: number, at: Date) => Promise<void>;
}

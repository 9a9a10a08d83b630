import { Column, PrimaryGeneratedColumn } from 'typeorm';
import type { StringKey } from '../../web/strings/string-key.js';

/**
 * What importing a row would do: add something, change it, nothing; a bad row stops the import. Of a
 * list that was pasted the others are left out: URLs that stand there twice, that VirusTotal cannot
 * reach, and that a person does not want.
 */
export type RowOutcome = 'new' | 'changed' | 'same' | 'bad' | 'duplicate' | 'private' | 'left_out';

/** What is wrong with a row. */
export interface RowProblem {
  /** The column; none when it is the row as a whole. */
  field: string | null;
  message: StringKey;
  params?: Record<string, string | number>;
}

/** A row of a file that is being imported; each kind adds what its rows hold. */
export abstract class ImportRow {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'import_id', type: 'integer' })
  importId!: number;

  /** Where it begins in the file, from 1. */
  @Column({ type: 'integer' })
  line!: number;

  @Column({ type: 'varchar', length: 16 })
  outcome!: RowOutcome;

  /** What people know the row by, cut to fit. */
  @Column({ type: 'varchar', length: 255 })
  label!: string;

  /** Of a bad row. */
  @Column({ type: 'simple-json', nullable: true })
  problems!: RowProblem[] | null;
}

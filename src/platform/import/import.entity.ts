import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** `urls` is a list of URLs that was pasted, each to become a platform. */
export type ImportKind = 'vendor' | 'platform' | 'urls';

/** A file that was read and compared, and waits to be imported or forgotten. */
@Entity('imports')
@Index('ix_imports_created', ['createdAt'])
export class Import {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 16 })
  kind!: ImportKind;

  /** What people know it by. */
  @Column({ name: 'file_name', type: 'varchar', length: 255 })
  fileName!: string;

  /** SHA-256, hexadecimal; null until it was read to its end. */
  @Column({ name: 'digest', type: 'varchar', length: 64, nullable: true })
  digest!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'applied_at', type: 'datetime', precision: 3, nullable: true })
  appliedAt!: Date | null;

  /** How many rows importing it writes; null until it was decided. */
  @Column({ name: 'rows_to_write', type: 'integer', nullable: true })
  rowsToWrite!: number | null;
}

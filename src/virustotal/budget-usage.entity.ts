import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Requests of one key, counted in one UTC day (`2026-11-24`) or month (`2026-11`). */
@Entity('key_usage')
export class BudgetUsage {
  /** Empty for what was counted before usage was kept by key, and while there is no key. */
  @PrimaryColumn({ name: 'key_id', type: 'varchar', length: 16 })
  keyId!: string;

  @PrimaryColumn({ type: 'varchar', length: 10 })
  period!: string;

  /** Ours. */
  @Column({ type: 'integer' })
  used!: number;

  /** What VirusTotal counted beyond ours: other tools share the key. */
  @Column({ name: 'used_by_others', type: 'integer', default: 0 })
  usedByOthers!: number;

  /** What VirusTotal says the key may spend; null until it was asked. */
  @Column({ type: 'integer', nullable: true })
  allowed!: number | null;

  @Column({ name: 'read_at', type: 'datetime', precision: 3, nullable: true })
  readAt!: Date | null;
}

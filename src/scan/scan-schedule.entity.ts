import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row (id 1) that says when the next scan over all platforms is due. */
@Entity('scan_schedule')
export class ScanSchedule {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'last_started_at', type: 'datetime', precision: 3, nullable: true })
  lastStartedAt!: Date | null;

  /** Null while the integration is not active. */
  @Column({ name: 'next_scan_at', type: 'datetime', precision: 3, nullable: true })
  nextScanAt!: Date | null;
}

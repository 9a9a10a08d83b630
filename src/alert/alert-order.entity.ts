import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says which change of an alert was committed last. */
@Entity('alert_order')
export class AlertOrder {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'last_seq', type: 'integer' })
  lastSeq!: number;

  /** The `updatedAt` of that change; null before the first. */
  @Column({ name: 'last_at', type: 'datetime', precision: 3, nullable: true })
  lastAt!: Date | null;
}

import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Alert } from './alert.entity.js';

/** A line of an alert's timeline. */
@Entity('alert_events')
@Index('ix_alert_events_alert', ['alertId'])
export class AlertEvent {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'alert_id', type: 'integer' })
  alertId!: number;

  @ManyToOne(() => Alert, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'alert_id', foreignKeyConstraintName: 'fk_alert_events_alert_id' })
  alert?: Alert;

  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  /** Who or what: a mail address, `token NAME`, or `system`. */
  @Column({ type: 'varchar', length: 255 })
  actor!: string;

  @Column({ type: 'varchar', length: 32 })
  kind!: string;

  @Column({ type: 'simple-json' })
  data!: Record<string, unknown>;
}

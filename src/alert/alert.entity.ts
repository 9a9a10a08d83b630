import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Platform } from '../platform/platform.entity.js';
import type { AlertReason, AlertState, Severity } from './alert.rules.js';

/** One platform's incident. */
@Entity('alerts')
@Index('ux_alerts_open_platform', ['openPlatformId'], { unique: true })
@Index('ix_alerts_platform', ['platformId'])
@Index('ix_alerts_state', ['state', 'severity'])
@Index('ix_alerts_updated_at', ['updatedAt'])
@Index('ix_alerts_opened_at', ['openedAt'])
@Index('ix_alerts_change_seq', ['changeSeq'])
@Index('ix_alerts_confirm_at', ['confirmAt'])
export class Alert {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** Grows with every change; a change must name the one it was made from. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ name: 'platform_id', type: 'integer' })
  platformId!: number;

  @ManyToOne(() => Platform, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'platform_id', foreignKeyConstraintName: 'fk_alerts_platform_id' })
  platform?: Platform;

  /** The platform while the alert is not settled, else null: the database admits one of those. */
  @Column({ name: 'open_platform_id', type: 'integer', nullable: true })
  openPlatformId!: number | null;

  @Column({ type: 'varchar', length: 16 })
  state!: AlertState;

  @Column({ type: 'varchar', length: 16 })
  severity!: Severity;

  @Column({ type: 'varchar', length: 32, nullable: true })
  reason!: AlertReason | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  assignee!: string | null;

  @Column({ name: 'previous_alert_id', type: 'integer', nullable: true })
  previousAlertId!: number | null;

  @ManyToOne(() => Alert, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: true })
  @JoinColumn({
    name: 'previous_alert_id',
    foreignKeyConstraintName: 'fk_alerts_previous_alert_id',
  })
  previousAlert?: Alert | null;

  @Column({ name: 'opened_at', type: 'datetime', precision: 3 })
  openedAt!: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt!: Date;

  @Column({ name: 'resolved_at', type: 'datetime', precision: 3, nullable: true })
  resolvedAt!: Date | null;

  /** Which change of all alerts' its last one was, in the order of commits. */
  @Column({ name: 'change_seq', type: 'integer', default: 0 })
  changeSeq!: number;

  /** When a re-scan is to confirm the flag of one engine alone; null when none is to. */
  @Column({ name: 'confirm_at', type: 'datetime', precision: 3, nullable: true })
  confirmAt!: Date | null;

  /** When that re-scan was begun, or was no more needed: there is no second one. */
  @Column({ name: 'confirmed_at', type: 'datetime', precision: 3, nullable: true })
  confirmedAt!: Date | null;
}

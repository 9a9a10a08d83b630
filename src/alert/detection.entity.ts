import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Platform } from '../platform/platform.entity.js';
import { Engine } from '../vendor/engine.entity.js';
import { Alert } from './alert.entity.js';
import type { DetectionState } from './alert.rules.js';
import { Dispute } from './dispute.entity.js';

/**
 * A flag by one engine on one platform, as held on an alert; while too few engines flag for an
 * alert to open it belongs to none.
 */
@Entity('detections')
@Index('ux_detections_live', ['platformId', 'liveEngineId'], { unique: true })
@Index('ix_detections_alert', ['alertId'])
@Index('ix_detections_engine', ['engineId'])
@Index('ix_detections_dispute', ['disputeId'])
@Index('ix_detections_cleared_at', ['clearedAt'])
@Index('ix_detections_live_engine', ['liveEngineId', 'state', 'platformId'])
export class Detection {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'platform_id', type: 'integer' })
  platformId!: number;

  @ManyToOne(() => Platform, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'platform_id', foreignKeyConstraintName: 'fk_detections_platform_id' })
  platform?: Platform;

  @Column({ name: 'engine_id', type: 'integer' })
  engineId!: number;

  @ManyToOne(() => Engine, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'engine_id', foreignKeyConstraintName: 'fk_detections_engine_id' })
  engine?: Engine;

  @Column({ name: 'alert_id', type: 'integer', nullable: true })
  alertId!: number | null;

  @ManyToOne(() => Alert, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: true })
  @JoinColumn({ name: 'alert_id', foreignKeyConstraintName: 'fk_detections_alert_id' })
  alert?: Alert | null;

  /** The engine while this row is the one that speaks for it on the platform, else null. */
  @Column({ name: 'live_engine_id', type: 'integer', nullable: true })
  liveEngineId!: number | null;

  @Column({ type: 'varchar', length: 64 })
  category!: string;

  @Column({ type: 'varchar', length: 1000, nullable: true })
  result!: string | null;

  @Column({ type: 'varchar', length: 64, nullable: true })
  method!: string | null;

  @Column({ type: 'varchar', length: 16 })
  state!: DetectionState;

  @Column({ name: 'first_seen_at', type: 'datetime', precision: 3 })
  firstSeenAt!: Date;

  @Column({ name: 'last_seen_at', type: 'datetime', precision: 3 })
  lastSeenAt!: Date;

  @Column({ name: 'cleared_at', type: 'datetime', precision: 3, nullable: true })
  clearedAt!: Date | null;

  /** What its vendor was asked about it, if anything. */
  @Column({ name: 'dispute_id', type: 'integer', nullable: true })
  disputeId!: number | null;

  @ManyToOne(() => Dispute, { createForeignKeyConstraints: false, nullable: true })
  @JoinColumn({ name: 'dispute_id' })
  dispute?: Dispute | null;
}

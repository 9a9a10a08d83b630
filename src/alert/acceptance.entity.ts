import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Platform } from '../platform/platform.entity.js';
import { Engine } from '../vendor/engine.entity.js';
import { Alert } from './alert.entity.js';

/**
 * An (engine, category, result) triple that someone accepted for a platform by settling an alert.
 * It raises nothing until that engine says harmless or undetected there, which deletes the row.
 */
@Entity('acceptances')
@Index('ix_acceptances_platform', ['platformId', 'engineId'])
@Index('ix_acceptances_alert', ['alertId'])
export class Acceptance {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'platform_id', type: 'integer' })
  platformId!: number;

  @ManyToOne(() => Platform, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'platform_id', foreignKeyConstraintName: 'fk_acceptances_platform_id' })
  platform?: Platform;

  @Column({ name: 'engine_id', type: 'integer' })
  engineId!: number;

  @ManyToOne(() => Engine, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'engine_id', foreignKeyConstraintName: 'fk_acceptances_engine_id' })
  engine?: Engine;

  @Column({ type: 'varchar', length: 64 })
  category!: string;

  @Column({ type: 'varchar', length: 1000, nullable: true })
  result!: string | null;

  @Column({ name: 'alert_id', type: 'integer' })
  alertId!: number;

  @ManyToOne(() => Alert, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'alert_id', foreignKeyConstraintName: 'fk_acceptances_alert_id' })
  alert?: Alert;

  @Column({ name: 'accepted_at', type: 'datetime', precision: 3 })
  acceptedAt!: Date;
}

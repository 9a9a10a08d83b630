import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Platform } from '../platform/platform.entity.js';
import { Engine } from '../vendor/engine.entity.js';

/**
 * What one engine said of one platform, unchanged from one completed task to another. Tasks of one
 * platform never overlap, so their ids are in order, and an interval speaks for every completed
 * task of the platform from `fromTaskId` to `lastTaskId`.
 */
@Entity('verdict_intervals')
@Index('ix_verdict_intervals_platform', ['platformId', 'lastTaskId'])
@Index('ix_verdict_intervals_from', ['fromTaskId'])
export class VerdictInterval {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'platform_id', type: 'integer' })
  platformId!: number;

  @ManyToOne(() => Platform, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'platform_id', foreignKeyConstraintName: 'fk_verdict_intervals_platform_id' })
  platform?: Platform;

  @Column({ name: 'engine_id', type: 'integer' })
  engineId!: number;

  @ManyToOne(() => Engine, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'engine_id', foreignKeyConstraintName: 'fk_verdict_intervals_engine_id' })
  engine?: Engine;

  @Column({ type: 'varchar', length: 64 })
  category!: string;

  @Column({ type: 'varchar', length: 1000, nullable: true })
  result!: string | null;

  @Column({ type: 'varchar', length: 64, nullable: true })
  method!: string | null;

  @Column({ name: 'from_task_id', type: 'integer' })
  fromTaskId!: number;

  /** Null while it is the engine's present verdict. */
  @Column({ name: 'last_task_id', type: 'integer', nullable: true })
  lastTaskId!: number | null;
}

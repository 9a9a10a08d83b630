import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Platform } from '../platform/platform.entity.js';
import { Engine } from '../vendor/engine.entity.js';
import type { DisputeAnswer, DisputeState } from './dispute.rules.js';

/** In `followUpOn`: nobody wants to be reminded. It sorts behind every day. */
export const NO_DAY = '9999-12-31';

/**
 * What a vendor was asked about what its engine says of a platform, until a scan shows it cleared.
 * Every detection of that flag refers to it, on whatever alert it is listed.
 */
@Entity('disputes')
@Index('ux_disputes_open', ['platformId', 'openEngineId'], { unique: true })
@Index('ix_disputes_follow_up', ['followUpOn'])
@Index('ix_disputes_engine', ['engineId'])
@Index('ix_disputes_closed_at', ['closedAt'])
export class Dispute {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'platform_id', type: 'integer' })
  platformId!: number;

  @ManyToOne(() => Platform, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'platform_id', foreignKeyConstraintName: 'fk_disputes_platform_id' })
  platform?: Platform;

  @Column({ name: 'engine_id', type: 'integer' })
  engineId!: number;

  @ManyToOne(() => Engine, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'engine_id', foreignKeyConstraintName: 'fk_disputes_engine_id' })
  engine?: Engine;

  /** The engine until the dispute is closed, else null: there is one open a platform and engine. */
  @Column({ name: 'open_engine_id', type: 'integer', nullable: true })
  openEngineId!: number | null;

  @Column({ type: 'varchar', length: 16 })
  state!: Exclude<DisputeState, 'none'>;

  /** What the vendor last answered; it stays when the dispute is closed. */
  @Column({ type: 'varchar', length: 16, nullable: true })
  answer!: DisputeAnswer | null;

  /** Whom was asked, as typed. */
  @Column({ type: 'varchar', length: 1000 })
  contact!: string;

  @Column({ type: 'varchar', length: 255 })
  reference!: string;

  /** A day in UTC, `2026-11-26`, or {@link NO_DAY}. */
  @Column({ name: 'follow_up_on', type: 'varchar', length: 10 })
  followUpOn!: string;

  /** The follow-up date that was told of last. */
  @Column({ name: 'told_for', type: 'varchar', length: 10, nullable: true })
  toldFor!: string | null;

  /** When the vendor was asked last. */
  @Column({ name: 'reported_at', type: 'datetime', precision: 3 })
  reportedAt!: Date;

  /** Who asked: a mail address, or `token NAME`. */
  @Column({ name: 'reported_by', type: 'varchar', length: 255 })
  reportedBy!: string;

  @Column({ name: 'answered_at', type: 'datetime', precision: 3, nullable: true })
  answeredAt!: Date | null;

  @Column({ name: 'closed_at', type: 'datetime', precision: 3, nullable: true })
  closedAt!: Date | null;
}

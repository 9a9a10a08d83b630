import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

export type ScanTrigger = 'scheduled' | 'manual' | 'api' | 'cli';

export type ScanState =
  'queued' | 'running' | 'waiting' | 'completed' | 'completed_with_errors' | 'cancelled';

/** Why a scan waits. */
export type WaitReason =
  | 'day_quota_spent'
  | 'month_quota_spent'
  | 'minute_quota_spent'
  | 'key_rejected'
  | 'key_unreadable'
  | 'virustotal_unavailable'
  | 'integration_inactive';

/** One pass over a set of platforms. */
@Entity('scans')
@Index('ux_scans_open_over_all', ['openOverAll'], { unique: true })
@Index('ix_scans_finished_at', ['finishedAt'])
export class Scan {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 16 })
  trigger!: ScanTrigger;

  @Column({ type: 'varchar', length: 32 })
  state!: ScanState;

  /** False for a scan of named platforms. */
  @Column({ name: 'is_over_all', type: 'boolean' })
  isOverAll!: boolean;

  /** 1 while a scan over all has not ended, else null: the database admits one such scan. */
  @Column({ name: 'open_over_all', type: 'integer', nullable: true })
  openOverAll!: number | null;

  @Column({ type: 'varchar', length: 64, nullable: true })
  reason!: WaitReason | null;

  @Column({ name: 'waiting_until', type: 'datetime', precision: 3, nullable: true })
  waitingUntil!: Date | null;

  @Column({ name: 'requests_used', type: 'integer', default: 0 })
  requestsUsed!: number;

  @Column({ name: 'requested_by', type: 'varchar', length: 255, nullable: true })
  requestedBy!: string | null;

  /** Completed tasks whose details were thinned out; they count all the same. */
  @Column({ name: 'thinned_completed', type: 'integer', default: 0 })
  thinnedCompleted!: number;

  /** How many of those found their platform flagged. */
  @Column({ name: 'thinned_flagged', type: 'integer', default: 0 })
  thinnedFlagged!: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'started_at', type: 'datetime', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'datetime', precision: 3, nullable: true })
  finishedAt!: Date | null;
}

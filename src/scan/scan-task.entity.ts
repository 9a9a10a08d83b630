import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Platform } from '../platform/platform.entity.js';
import { Scan } from './scan.entity.js';

export type ScanTaskState = 'pending' | 'submitted' | 'completed' | 'failed' | 'skipped';

/** One platform in one scan. */
@Entity('scan_tasks')
@Index('ux_scan_tasks_open', ['openPlatformId'], { unique: true })
// Not with the scan in front: a change of state would then take a lock on the scan's row for the
// foreign key, and answers of one scan wait for each other.
@Index('ix_scan_tasks_state_scan', ['state', 'scanId'])
@Index('ix_scan_tasks_scan', ['scanId'])
@Index('ix_scan_tasks_platform', ['platformId'])
@Index('ix_scan_tasks_joined', ['joinedTaskId'])
@Index('ix_scan_tasks_state', ['state', 'isUrgent', 'position'])
export class ScanTask {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'scan_id', type: 'integer' })
  scanId!: number;

  @ManyToOne(() => Scan, { onDelete: 'CASCADE', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'scan_id', foreignKeyConstraintName: 'fk_scan_tasks_scan_id' })
  scan?: Scan;

  @Column({ name: 'platform_id', type: 'integer' })
  platformId!: number;

  @ManyToOne(() => Platform, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'platform_id', foreignKeyConstraintName: 'fk_scan_tasks_platform_id' })
  platform?: Platform;

  /** The platform while the task is pending or submitted and has joined no other, else null. */
  @Column({ name: 'open_platform_id', type: 'integer', nullable: true })
  openPlatformId!: number | null;

  /** The task of another scan that does this one's work too. */
  @Column({ name: 'joined_task_id', type: 'integer', nullable: true })
  joinedTaskId!: number | null;

  /** Another scan's task joined this one at some time: whether one does still, a look has to tell. */
  @Column({ name: 'is_joined', type: 'boolean', default: false })
  isJoined!: boolean;

  @Column({ type: 'varchar', length: 16 })
  state!: ScanTaskState;

  /** Named re-scans go first, and may spend the reserve. */
  @Column({ name: 'is_urgent', type: 'boolean', default: false })
  isUrgent!: boolean;

  @Column({ type: 'integer' })
  position!: number;

  @Column({ name: 'analysis_id', type: 'varchar', length: 255, nullable: true })
  analysisId!: string | null;

  @Column({ name: 'submitted_at', type: 'datetime', precision: 3, nullable: true })
  submittedAt!: Date | null;

  /** Not to be touched before: a retry's pause, or when the analysis is likely done. */
  @Column({ name: 'due_at', type: 'datetime', precision: 3, nullable: true })
  dueAt!: Date | null;

  @Column({ type: 'integer', default: 0 })
  submissions!: number;

  /** How often this analysis was asked for. */
  @Column({ type: 'integer', default: 0 })
  polls!: number;

  /** Faulty attempts in a row: of the service, or, when `firstFaultAt` is null, of our own. */
  @Column({ type: 'integer', default: 0 })
  faults!: number;

  @Column({ name: 'first_fault_at', type: 'datetime', precision: 3, nullable: true })
  firstFaultAt!: Date | null;

  @Column({ type: 'integer', nullable: true })
  malicious!: number | null;

  @Column({ type: 'integer', nullable: true })
  suspicious!: number | null;

  @Column({ type: 'integer', nullable: true })
  harmless!: number | null;

  @Column({ type: 'integer', nullable: true })
  undetected!: number | null;

  /** Engines that timed out, failed, or said something unknown. */
  @Column({ type: 'integer', nullable: true })
  unanswered!: number | null;

  @Column({ name: 'is_conclusive', type: 'boolean', nullable: true })
  isConclusive!: boolean | null;

  /** Whether the platform was flagged when the task completed. */
  @Column({ name: 'is_flagged', type: 'boolean', nullable: true })
  isFlagged!: boolean | null;

  @Column({ name: 'error_code', type: 'varchar', length: 64, nullable: true })
  errorCode!: string | null;

  @Column({ name: 'error_detail', type: 'varchar', length: 1000, nullable: true })
  errorDetail!: string | null;

  /** At most 16 KB of an answer whose shape is not what the API documents. */
  @Column({ type: 'text', nullable: true })
  diagnosis!: string | null;

  @Column({ name: 'completed_at', type: 'datetime', precision: 3, nullable: true })
  completedAt!: Date | null;
}

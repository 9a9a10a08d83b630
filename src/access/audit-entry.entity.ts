import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { ActorKind } from './actor-context.js';

/**
 * A line of the audit trail. Only ever inserted. Who and what it tells of are copies: it outlives
 * both.
 */
@Entity('audit_entries')
@Index('ix_audit_entries_at', ['at'])
@Index('ix_audit_entries_action', ['action'])
@Index('ix_audit_entries_subject', ['subjectKind', 'subjectId'])
export class AuditEntry {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  @Column({ name: 'actor_kind', type: 'varchar', length: 16 })
  actorKind!: ActorKind;

  /** The id of the user or API token; null for the others. */
  @Column({ name: 'actor_id', type: 'integer', nullable: true })
  actorId!: number | null;

  /** The mail address or the token's name as it was then. */
  @Column({ name: 'actor_name', type: 'varchar', length: 255 })
  actorName!: string;

  /** The IP address that a request came from, as far as TRUST_PROXY lets it be known. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  address!: string | null;

  @Column({ type: 'varchar', length: 64 })
  action!: string;

  @Column({ name: 'subject_kind', type: 'varchar', length: 32, nullable: true })
  subjectKind!: string | null;

  @Column({ name: 'subject_id', type: 'varchar', length: 64, nullable: true })
  subjectId!: string | null;

  @Column({ name: 'subject_label', type: 'varchar', length: 255, nullable: true })
  subjectLabel!: string | null;

  /** JSON of what changed, as it was; without secrets. */
  @Column({ name: 'values_before', type: 'text', nullable: true })
  valuesBefore!: string | null;

  /** JSON of what changed, as it became; without secrets. */
  @Column({ name: 'values_after', type: 'text', nullable: true })
  valuesAfter!: string | null;
}

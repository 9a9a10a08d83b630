import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { EventType } from '../message.js';
import type { Severity } from '../severity.rules.js';

/** Something that happened and that somebody is told. */
@Entity('notification_events')
@Index('ux_notification_events_key', ['key'], { unique: true })
@Index('ix_notification_events_at', ['at'])
export class StoredEvent {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'event_key', type: 'varchar', length: 190 })
  key!: string;

  @Column({ type: 'varchar', length: 32 })
  type!: EventType;

  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  @Column({ type: 'varchar', length: 64 })
  subject!: string;

  @Column({ type: 'varchar', length: 16, nullable: true })
  severity!: Severity | null;

  @Column({ name: 'platform_tags', type: 'simple-json', nullable: true })
  platformTags!: string[] | null;

  @Column({ name: 'owner_email', type: 'varchar', length: 254, nullable: true })
  ownerEmail!: string | null;

  @Column({ name: 'is_urgent', type: 'boolean' })
  isUrgent!: boolean;

  @Column({ name: 'is_reminder', type: 'boolean' })
  isReminder!: boolean;

  /** JSON: what the API showed of it when it happened. */
  @Column({ type: 'longtext' })
  data!: string;
}

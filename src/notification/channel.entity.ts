import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { Encrypted } from '../database/encrypted-column.js';
import type { EventType } from './message.js';
import type { Severity } from './severity.rules.js';

/** `digest`: gathered, and sent together; `each`: at once and one by one. */
export type ChannelMode = 'digest' | 'each';

/** What a channel's secret is bound to. */
export const channelSecretPurpose = (id: number): string => `secret of channel ${id}`;

/** Where somebody is told, and of what. */
@Entity('channels')
export class Channel {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 16 })
  kind!: string;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  /** Why the system made it inactive; null when a person did, or it is active. */
  @Column({ name: 'inactive_reason', type: 'varchar', length: 1000, nullable: true })
  inactiveReason!: string | null;

  @Column({ type: 'varchar', length: 16 })
  mode!: ChannelMode;

  /** How long a digest gathers after its first event at most, minutes. */
  @Column({ name: 'digest_minutes', type: 'integer', default: 60 })
  digestMinutes!: number;

  @Column({ name: 'min_severity', type: 'varchar', length: 16 })
  minSeverity!: Severity;

  /** Platforms with any of these; empty for all. */
  @Column({ type: 'simple-json' })
  tags!: string[];

  /** Platforms of these owners, by mail address; empty for all. */
  @Column({ type: 'simple-json' })
  owners!: string[];

  /** What it is told of; null or empty for all. */
  @Column({ name: 'event_types', type: 'simple-json', nullable: true })
  eventTypes!: EventType[] | null;

  /** True when the owner of a platform is told of it too, by mail. */
  @Column({ name: 'tells_owner', type: 'boolean', default: false })
  tellsOwner!: boolean;

  /** How often an open alert is told again, in days; 0 for never. */
  @Column({ name: 'reminder_days', type: 'integer', default: 0 })
  reminderDays!: number;

  /** `HH:MM` in the zone; both null for none. */
  @Column({ name: 'quiet_from', type: 'varchar', length: 5, nullable: true })
  quietFrom!: string | null;

  @Column({ name: 'quiet_to', type: 'varchar', length: 5, nullable: true })
  quietTo!: string | null;

  /** An IANA name. */
  @Column({ name: 'quiet_zone', type: 'varchar', length: 64, default: 'UTC' })
  quietZone!: string;

  /** By kind, without secrets. */
  @Column({ type: 'simple-json' })
  config!: object;

  /** By kind, JSON; null where there is none. */
  @Encrypted('Secret of a notification channel', channelSecretPurpose)
  @Column({ name: 'secret_ciphertext', type: 'text', nullable: true })
  secretCiphertext!: string | null;

  /** Its receiver is left alone until then, by every instance; null, or past: it is not. */
  @Column({ name: 'paused_until', type: 'datetime', precision: 3, nullable: true })
  pausedUntil!: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt!: Date;

  /** The row stays for its deliveries. */
  @Column({ name: 'deleted_at', type: 'datetime', precision: 3, nullable: true })
  deletedAt!: Date | null;
}

import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { EventType } from '../message.js';
import type { Severity } from '../severity.rules.js';

/**
 * `pending` until its time, `sending` while somebody is at it, `delivered`, `dead` when it was given
 * up, `dropped` with its channel.
 */
export type DeliveryState = 'pending' | 'sending' | 'delivered' | 'dead' | 'dropped';

/** One message on its way to one channel and recipient. */
@Entity('deliveries')
@Index('ux_deliveries_message_id', ['messageId'], { unique: true })
@Index('ix_deliveries_state', ['state', 'channelId', 'nextAttemptAt'])
@Index('ix_deliveries_next', ['channelId', 'state', 'isUrgent', 'id'])
@Index('ix_deliveries_channel', ['channelId'])
@Index('ix_deliveries_created_at', ['createdAt'])
export class Delivery {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'channel_id', type: 'integer' })
  channelId!: number;

  /** A platform's owner, by mail address; empty for the channel's own recipients. */
  @Column({ type: 'varchar', length: 254 })
  recipient!: string;

  /** The same on every try. */
  @Column({ name: 'message_id', type: 'varchar', length: 64 })
  messageId!: string;

  @Column({ type: 'varchar', length: 32 })
  type!: EventType;

  /** What it is about; `digest` for one that is about several. */
  @Column({ type: 'varchar', length: 64 })
  subject!: string;

  @Column({ type: 'varchar', length: 16, nullable: true })
  severity!: Severity | null;

  @Column({ name: 'is_urgent', type: 'boolean' })
  isUrgent!: boolean;

  @Column({ name: 'is_reminder', type: 'boolean' })
  isReminder!: boolean;

  @Column({ type: 'varchar', length: 16 })
  state!: DeliveryState;

  /** Tries since it was put on its way, or somebody or something urgent began them anew. */
  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  @Column({ name: 'next_attempt_at', type: 'datetime', precision: 3 })
  nextAttemptAt!: Date;

  /** When it is given up: a day after its first try; null before that. */
  @Column({ name: 'give_up_at', type: 'datetime', precision: 3, nullable: true })
  giveUpAt!: Date | null;

  /** Whose it is while it is sent. */
  @Column({ name: 'claimed_by', type: 'varchar', length: 64, nullable: true })
  claimedBy!: string | null;

  /** After this its claim means nothing: whoever made it is gone. */
  @Column({ name: 'claimed_until', type: 'datetime', precision: 3, nullable: true })
  claimedUntil!: Date | null;

  /** Why the last try failed, or it was given up. */
  @Column({ type: 'varchar', length: 1000, nullable: true })
  reason!: string | null;

  /** JSON: `{ type, timestamp, data }`. Up to half a megabyte: read by who asks for it alone. */
  @Column({ type: 'longtext', select: false })
  body!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'delivered_at', type: 'datetime', precision: 3, nullable: true })
  deliveredAt!: Date | null;
}

import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Delivery } from './delivery.entity.js';
import { StoredEvent } from './notification-event.entity.js';

/** `waiting` for its delivery, or `assembled` into one. */
export type EntryState = 'waiting' | 'assembled';

/** One event for one channel and recipient: the promise that it is told there. */
@Entity('outbox_entries')
@Index('ux_outbox_entries_once', ['eventId', 'channelId', 'recipient'], { unique: true })
@Index('ix_outbox_entries_due', ['state', 'dueAt'])
@Index('ix_outbox_entries_subject', ['channelId', 'recipient', 'subject'])
@Index('ix_outbox_entries_delivery', ['deliveryId'])
export class OutboxEntry {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'event_id', type: 'integer' })
  eventId!: number;

  @ManyToOne(() => StoredEvent, { onDelete: 'CASCADE', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'event_id', foreignKeyConstraintName: 'fk_outbox_entries_event_id' })
  event?: StoredEvent;

  /** No foreign key: whoever tells must not wait for who delivers to the channel. */
  @Column({ name: 'channel_id', type: 'integer' })
  channelId!: number;

  /** A platform's owner, by mail address; empty for the channel's own recipients. */
  @Column({ type: 'varchar', length: 254 })
  recipient!: string;

  /** The event's. */
  @Column({ type: 'varchar', length: 64 })
  subject!: string;

  @Column({ type: 'varchar', length: 16 })
  state!: EntryState;

  /** True for one that is sent by itself, and in no digest. */
  @Column({ name: 'is_single', type: 'boolean' })
  isSingle!: boolean;

  /** True for one that heeds no quiet hours. */
  @Column({ name: 'is_urgent', type: 'boolean' })
  isUrgent!: boolean;

  /** When it is put into a delivery at the latest. */
  @Column({ name: 'due_at', type: 'datetime', precision: 3 })
  dueAt!: Date;

  @Column({ name: 'delivery_id', type: 'integer', nullable: true })
  deliveryId!: number | null;

  @ManyToOne(() => Delivery, { onDelete: 'CASCADE', onUpdate: 'NO ACTION', nullable: true })
  @JoinColumn({ name: 'delivery_id', foreignKeyConstraintName: 'fk_outbox_entries_delivery_id' })
  delivery?: Delivery | null;
}

import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { EventType } from '../message.js';

/** A mail to one admin that is still to be taken by the mail server; its row goes when it is. */
@Entity('admin_mails')
@Index('ux_admin_mails_once', ['eventKey', 'recipient'], { unique: true })
export class AdminMail {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'event_key', type: 'varchar', length: 190 })
  eventKey!: string;

  @Column({ type: 'varchar', length: 254 })
  recipient!: string;

  /** The local part of its Message-ID, the same on every try. */
  @Column({ name: 'message_id', type: 'varchar', length: 64 })
  messageId!: string;

  @Column({ type: 'varchar', length: 32 })
  type!: EventType;

  /** When it happened. */
  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  /** JSON: what the API showed of it when it happened. */
  @Column({ type: 'longtext' })
  data!: string;

  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  /** Moved on before a try, by more than one takes: so nobody else tries meanwhile. */
  @Column({ name: 'next_try_at', type: 'datetime', precision: 3 })
  nextTryAt!: Date;
}

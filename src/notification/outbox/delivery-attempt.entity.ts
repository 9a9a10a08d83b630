import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Delivery } from './delivery.entity.js';

/** `unknown` while it is under way, and for ever when the process ended meanwhile or no answer came. */
export type AttemptOutcome = 'delivered' | 'failed' | 'unknown';

/** One try at a delivery; the row is there before anything is sent. */
@Entity('delivery_attempts')
@Index('ix_delivery_attempts_delivery', ['deliveryId'])
export class DeliveryAttempt {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'delivery_id', type: 'integer' })
  deliveryId!: number;

  @ManyToOne(() => Delivery, { onDelete: 'CASCADE', onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn({
    name: 'delivery_id',
    foreignKeyConstraintName: 'fk_delivery_attempts_delivery_id',
  })
  delivery?: Delivery;

  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  /** How long it took; null when nobody was there to see. */
  @Column({ type: 'integer', nullable: true })
  ms!: number | null;

  @Column({ type: 'varchar', length: 16 })
  outcome!: AttemptOutcome;

  /** HTTP's or SMTP's number, if there was an answer. */
  @Column({ type: 'integer', nullable: true })
  status!: number | null;

  @Column({ type: 'varchar', length: 1000, nullable: true })
  reason!: string | null;
}

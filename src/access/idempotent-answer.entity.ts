import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A POST of the API that named a key, and what it was answered; without a status it is under way. */
@Entity('idempotent_answers')
@Index('ix_idempotent_answers_expires_at', ['expiresAt'])
export class IdempotentAnswer {
  /** SHA-256 of the token's id and the key that it named. */
  @PrimaryColumn({ name: 'key_hash', type: 'varchar', length: 64 })
  keyHash!: string;

  /** SHA-256 of the address and the body. */
  @Column({ name: 'request_hash', type: 'varchar', length: 64 })
  requestHash!: string;

  /** Whose turn it is: only who holds it writes the answer. */
  @Column({ type: 'varchar', length: 32 })
  claim!: string;

  /** After this an answer that is not there will not come: its process is gone. */
  @Column({ name: 'lease_ends_at', type: 'datetime', precision: 3 })
  leaseEndsAt!: Date;

  @Column({ type: 'integer', nullable: true })
  status!: number | null;

  @Column({ name: 'content_type', type: 'varchar', length: 100, nullable: true })
  contentType!: string | null;

  @Column({ type: 'varchar', length: 500, nullable: true })
  location!: string | null;

  /** Null with a status for one that was too long to keep. */
  @Column({ type: 'text', nullable: true })
  body!: string | null;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt!: Date;
}

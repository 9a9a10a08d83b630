import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { Role } from './rights.js';
import { User } from './user.entity.js';

/** An invitation makes a user, a reset gives one another password. */
export type LinkKind = 'invite' | 'reset';

/** A link that works once, for a while; the table holds only its token's SHA-256. */
@Entity('one_time_links')
@Index('ux_one_time_links_hash', ['tokenHash'], { unique: true })
@Index('ix_one_time_links_email', ['email'])
@Index('ix_one_time_links_user_id', ['userId'])
export class OneTimeLink {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 16 })
  kind!: LinkKind;

  @Column({ name: 'token_hash', type: 'varchar', length: 64 })
  tokenHash!: string;

  /** Whose password it sets; null on an invitation. */
  @Column({ name: 'user_id', type: 'integer', nullable: true })
  userId!: number | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION', nullable: true })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_one_time_links_user_id' })
  user?: User | null;

  /** Who was meant, in lower case. */
  @Column({ type: 'varchar', length: 254 })
  email!: string;

  /** What the user that an invitation makes may do. */
  @Column({ type: 'varchar', length: 16, nullable: true })
  role!: Role | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt!: Date;
}

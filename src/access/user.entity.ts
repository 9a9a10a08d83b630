import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Encrypted } from '../database/encrypted-column.js';
import type { Language } from '../web/language.js';
import type { Role } from './rights.js';

/** What the ciphertext of a user's second factor is bound to. */
export function totpPurpose(userId: number): string {
  return `second factor of user ${userId}`;
}

/** Someone who signs in. `email` is kept in lower case. */
@Entity('users')
@Index('ux_users_email', ['email'], { unique: true })
export class User {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 254 })
  email!: string;

  /** argon2id, with its own parameters and salt; NO_PASSWORD when there is none. */
  @Column({ name: 'password_hash', type: 'varchar', length: 255 })
  passwordHash!: string;

  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'last_signed_in_at', type: 'datetime', precision: 3, nullable: true })
  lastSignedInAt!: Date | null;

  /** The secret of the second factor, encrypted; one that is being set up, too. */
  @Encrypted('Second factor', totpPurpose)
  @Column({ name: 'totp_ciphertext', type: 'varchar', length: 255, nullable: true })
  totpCiphertext!: string | null;

  /** From then on sign-in asks for the second factor. */
  @Column({ name: 'totp_enabled_at', type: 'datetime', precision: 3, nullable: true })
  totpEnabledAt!: Date | null;

  /** The half minute of the last code that was taken: no code is taken twice. */
  @Column({ name: 'totp_last_step', type: 'integer', nullable: true })
  totpLastStep!: number | null;

  /** Of pages and mails; null is the browser's. */
  @Column({ type: 'varchar', length: 8, nullable: true })
  language!: Language | null;

  /** By its IANA name; null is UTC. */
  @Column({ name: 'time_zone', type: 'varchar', length: 64, nullable: true })
  timeZone!: string | null;
}

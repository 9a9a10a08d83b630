import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Scope } from './rights.js';

/** A Bearer token of another system; shown once, stored as SHA-256, findable by its prefix. */
@Entity('api_tokens')
@Index('ux_api_tokens_hash', ['tokenHash'], { unique: true })
@Index('ix_api_tokens_prefix', ['prefix'])
export class ApiToken {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  /** The token's first 12 characters, which lists show; the other 35 are 210 bits of chance. */
  @Column({ type: 'varchar', length: 16 })
  prefix!: string;

  @Column({ name: 'token_hash', type: 'varchar', length: 64 })
  tokenHash!: string;

  @Column({ type: 'varchar', length: 16 })
  scope!: Scope;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** The mail address of the admin who made it; null for the `oju` command. */
  @Column({ name: 'created_by', type: 'varchar', length: 254, nullable: true })
  createdBy!: string | null;

  @Column({ name: 'last_used_at', type: 'datetime', precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'datetime', precision: 3, nullable: true })
  revokedAt!: Date | null;
}

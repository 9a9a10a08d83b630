import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What the verdicts say of a platform. */
export type PlatformState = 'flagged' | 'clean' | 'unknown';

/** One monitored URL with its owner. */
@Entity('platforms')
@Index('ux_platforms_url_key', ['urlKey'], { unique: true })
@Index('ix_platforms_state', ['state'])
@Index('ix_platforms_archived_name', ['archivedAt', 'name'])
@Index('ix_platforms_archived_scanned', ['archivedAt', 'lastScannedAt'])
@Index('ix_platforms_archived_owner', ['archivedAt', 'ownerName'])
export class Platform {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  /** As typed. */
  @Column({ type: 'text' })
  url!: string;

  /** The normal form, ASCII, unique. */
  @Column({ name: 'url_key', type: 'varchar', length: 2048 })
  urlKey!: string;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ name: 'owner_name', type: 'varchar', length: 255 })
  ownerName!: string;

  @Column({ name: 'owner_email', type: 'varchar', length: 254 })
  ownerEmail!: string;

  @Column({ type: 'simple-json' })
  tags!: string[];

  @Column({ type: 'text' })
  notes!: string;

  /** As the last scan left it; a reader takes `platformState`, which knows when it is stale. */
  @Column({ type: 'varchar', length: 16 })
  state!: PlatformState;

  @Column({ name: 'last_scanned_at', type: 'datetime', precision: 3, nullable: true })
  lastScannedAt!: Date | null;

  @Column({ name: 'last_conclusive_at', type: 'datetime', precision: 3, nullable: true })
  lastConclusiveAt!: Date | null;

  /** How many engines answered in the last conclusive scan. */
  @Column({ name: 'last_conclusive_engines', type: 'integer', nullable: true })
  lastConclusiveEngines!: number | null;

  /** When the URL first went to VirusTotal; from then on it is fixed. */
  @Column({ name: 'submitted_at', type: 'datetime', precision: 3, nullable: true })
  submittedAt!: Date | null;

  /** VirusTotal's own id of the URL, as it returned it. */
  @Column({ name: 'virustotal_url_id', type: 'varchar', length: 64, nullable: true })
  virusTotalUrlId!: string | null;

  @Column({ name: 'archived_at', type: 'datetime', precision: 3, nullable: true })
  archivedAt!: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt!: Date;
}

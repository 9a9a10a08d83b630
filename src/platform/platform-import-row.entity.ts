import { Column, Entity, Index } from 'typeorm';
import { ImportRow } from './import/import-row.entity.js';

/** A row of a file of platforms; what the file does not say is null, and stays as it is. */
@Entity('platform_import_rows')
@Index('ix_platform_import_rows_outcome', ['importId', 'outcome'])
@Index('ix_platform_import_rows_url_key', ['importId', 'urlKey'])
export class PlatformImportRow extends ImportRow {
  @Column({ type: 'varchar', length: 255, nullable: true })
  name!: string | null;

  /** As typed; null for a bad row. */
  @Column({ type: 'text', nullable: true })
  url!: string | null;

  /** The normal form; null for a bad row. */
  @Column({ name: 'url_key', type: 'varchar', length: 2048, nullable: true })
  urlKey!: string | null;

  @Column({ name: 'is_active', type: 'boolean', nullable: true })
  isActive!: boolean | null;

  @Column({ name: 'owner_name', type: 'varchar', length: 255, nullable: true })
  ownerName!: string | null;

  @Column({ name: 'owner_email', type: 'varchar', length: 254, nullable: true })
  ownerEmail!: string | null;

  @Column({ type: 'simple-json', nullable: true })
  tags!: string[] | null;

  @Column({ type: 'text', nullable: true })
  notes!: string | null;

  /** Of a platform that is to be archived; null for any other. */
  @Column({ name: 'archived_at', type: 'datetime', precision: 3, nullable: true })
  archivedAt!: Date | null;

  /** How many active platforms there are more, or fewer, once it is imported. */
  @Column({ name: 'active_change', type: 'integer', default: 0 })
  activeChange!: number;

  /** The query of its URL looks like it carries a secret. */
  @Column({ name: 'has_secret', type: 'boolean', default: false })
  hasSecret!: boolean;
}

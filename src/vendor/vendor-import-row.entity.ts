import { Column, Entity, Index } from 'typeorm';
import { ImportRow } from '../platform/import/import-row.entity.js';
import type { ContactState } from './vendor.entity.js';

/** A row of a file of vendors; what the file does not say is null, and stays as it is. */
@Entity('vendor_import_rows')
@Index('ix_vendor_import_rows_outcome', ['importId', 'outcome'])
@Index('ix_vendor_import_rows_name', ['importId', 'name'])
export class VendorImportRow extends ImportRow {
  /** Null for a bad row. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  name!: string | null;

  @Column({ type: 'varchar', length: 1000, nullable: true })
  contact!: string | null;

  @Column({ type: 'text', nullable: true })
  comments!: string | null;

  @Column({ name: 'contact_state', type: 'varchar', length: 16, nullable: true })
  contactState!: ContactState | null;

  @Column({ name: 'contact_state_at', type: 'datetime', precision: 3, nullable: true })
  contactStateAt!: Date | null;

  @Column({ name: 'contact_state_by', type: 'varchar', length: 255, nullable: true })
  contactStateBy!: string | null;

  /** Of the catalogue's entry of that name, if the row is as the catalogue has it. */
  @Column({ name: 'catalogue_digest', type: 'varchar', length: 64, nullable: true })
  catalogueDigest!: string | null;

  /** Engines that a new vendor's name may mean instead. */
  @Column({ name: 'near_misses', type: 'simple-json', nullable: true })
  nearMisses!: string[] | null;
}

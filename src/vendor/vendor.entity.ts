import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Whether a contact was tried. A changed contact is unverified again. */
export type ContactState = 'unverified' | 'verified' | 'bounced';

/** A row of the local vendor database; `name` is compared byte for byte with engine names. */
@Entity('vendors')
@Index('ux_vendors_name', ['name'], { unique: true })
export class Vendor {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 1000 })
  contact!: string;

  @Column({ type: 'text' })
  comments!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt!: Date;

  @Column({ name: 'contact_state', type: 'varchar', length: 16, default: 'unverified' })
  contactState!: ContactState;

  /** When somebody marked the contact as it is; null while nobody has. */
  @Column({ name: 'contact_state_at', type: 'datetime', precision: 3, nullable: true })
  contactStateAt!: Date | null;

  /** Who did: a mail address, or `token NAME`. */
  @Column({ name: 'contact_state_by', type: 'varchar', length: 255, nullable: true })
  contactStateBy!: string | null;

  /** What the catalogue said when this row was taken from it; null for a row of one's own. */
  @Column({ name: 'catalogue_digest', type: 'varchar', length: 64, nullable: true })
  catalogueDigest!: string | null;
}

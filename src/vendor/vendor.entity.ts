import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

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
}

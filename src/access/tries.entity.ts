import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How many tries there were under one key until `endsAt`; all instances count together. */
@Entity('tries')
@Index('ix_tries_ends_at', ['endsAt'])
export class Tries {
  /** SHA-256 of what is counted, such as an address: the table tells nobody's mail address. */
  @PrimaryColumn({ name: 'key_hash', type: 'varchar', length: 64 })
  keyHash!: string;

  @Column({ type: 'integer' })
  hits!: number;

  @Column({ name: 'ends_at', type: 'datetime', precision: 3 })
  endsAt!: Date;
}

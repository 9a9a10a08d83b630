import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row (id 1) that says which process runs the scan engine. */
@Entity('engine_lease')
export class EngineLease {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 255 })
  holder!: string;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt!: Date;
}

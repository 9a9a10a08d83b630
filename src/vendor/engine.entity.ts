import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A vendor as VirusTotal names it in a result. */
@Entity('engines')
@Index('ux_engines_name', ['name'], { unique: true })
export class Engine {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ name: 'first_seen_at', type: 'datetime', precision: 3 })
  firstSeenAt!: Date;

  @Column({ name: 'last_seen_at', type: 'datetime', precision: 3 })
  lastSeenAt!: Date;
}

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

  /** To the hour; null until it has said anything that flags or clears. */
  @Column({ name: 'last_answered_at', type: 'datetime', precision: 3, nullable: true })
  lastAnsweredAt!: Date | null;
}

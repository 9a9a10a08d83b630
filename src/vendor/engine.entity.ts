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

  /** In how many answers its name stood; this and the counts below may lag by a minute. */
  @Column({ name: 'times_seen', type: 'integer', default: 0 })
  timesSeen!: number;

  /** How often it said anything that flags or clears. */
  @Column({ name: 'times_answered', type: 'integer', default: 0 })
  timesAnswered!: number;

  @Column({ name: 'times_flagged', type: 'integer', default: 0 })
  timesFlagged!: number;

  @Column({ name: 'times_timed_out', type: 'integer', default: 0 })
  timesTimedOut!: number;

  /** The engine that this one is called now, as a person confirmed; null for its own name. */
  @Column({ name: 'renamed_to_id', type: 'integer', nullable: true })
  renamedToId!: number | null;

  @Column({ name: 'renamed_at', type: 'datetime', precision: 3, nullable: true })
  renamedAt!: Date | null;
}

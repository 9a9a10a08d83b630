import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A time in which no engine answered anything: scanning stood still. */
@Entity('answer_gaps')
@Index('ux_answer_gaps_from', ['fromAt'], { unique: true })
export class AnswerGap {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** The last answer before, to the hour. */
  @Column({ name: 'from_at', type: 'datetime', precision: 3 })
  fromAt!: Date;

  /** The first answer after. */
  @Column({ name: 'to_at', type: 'datetime', precision: 3 })
  toAt!: Date;
}

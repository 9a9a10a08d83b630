import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/**
 * One request's share of the minute (or a block of them, above 600 a minute). The row stands from
 * before the request is sent until 60 s after its answer.
 */
@Entity('budget_places')
export class BudgetPlace {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** How many requests it is for. */
  @Column({ type: 'integer' })
  size!: number;

  @Column({ name: 'taken_at', type: 'datetime', precision: 3 })
  takenAt!: Date;

  @Column({ name: 'answered_at', type: 'datetime', precision: 3, nullable: true })
  answeredAt!: Date | null;
}

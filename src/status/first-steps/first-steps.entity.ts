import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an admin said of the first steps, for everybody; one row, or none until then. */
@Entity('first_steps')
export class FirstSteps {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  /** Not to be shown any more, whatever is left to do. */
  @Column({ name: 'is_hidden', type: 'boolean', default: false })
  isHidden!: boolean;

  /** Nobody is to be told: no channel is needed. */
  @Column({ name: 'is_without_channels', type: 'boolean', default: false })
  isWithoutChannels!: boolean;
}

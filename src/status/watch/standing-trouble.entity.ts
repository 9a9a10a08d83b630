import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What lasts until it ends, and is told of once meanwhile: types of events. */
export type TroubleName = 'scan.overdue' | 'integration.key_rejected';

/** A trouble that stands and was told of. Its row goes when it ends: the next one is news. */
@Entity('standing_troubles')
export class StandingTrouble {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name!: TroubleName;

  /** When it was told of. */
  @Column({ type: 'datetime', precision: 3 })
  since!: Date;
}

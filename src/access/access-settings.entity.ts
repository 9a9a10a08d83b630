import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an admin asks of everybody who signs in; one row, or none until it was changed. */
@Entity('access_settings')
export class AccessSettings {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'is_second_factor_required', type: 'boolean', default: false })
  isSecondFactorRequired!: boolean;
}

import { Transform } from 'class-transformer';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { SortedBy } from '../web/sorting.js';
import { says } from '../web/validation.js';
import { ENGINE_SORTS } from './engine-sort.rules.js';

const SEARCH = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** A form sends what was left empty. */
const emptyIsAbsent = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : value,
);

/** What the list of engines may be asked for. */
export class EngineQuery {
  @emptyIsAbsent
  @IsOptional()
  @Matches(SEARCH, says('vendor.error.search'))
  search?: string;

  /** `none`: those that have no vendor. */
  @emptyIsAbsent
  @IsOptional()
  @IsIn(['none'], says('engine.error.vendor'))
  vendor?: 'none';

  @SortedBy(ENGINE_SORTS)
  sort?: string;
}

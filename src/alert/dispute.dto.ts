import { Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '../web/api-doc.js';
import { PageQuery } from '../web/paging.js';
import { SortedBy } from '../web/sorting.js';
import { says } from '../web/validation.js';
import { LETTER_LANGUAGES, type LetterLanguage } from './vendor-letter.js';
import { DISPUTE_SORTS } from './dispute-sort.js';
import { DISPUTE_STATES_BY_HAND, type DisputeStateByHand, isDay } from './dispute.rules.js';

// Counted in code points as MySQL counts them, and none that a database does not keep.
const TEXT = /^(?:[\t\n\r]|[^\p{Cc}\p{Cs}]){0,10000}$/u;
const CONTACT = /^(?:[\t\n\r]|[^\p{Cc}\p{Cs}]){0,1000}$/u;
const REFERENCE = /^[^\p{Cc}\p{Cs}]{0,255}$/u;
const ENGINE = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
const MAX_VERSION = 2 ** 31 - 1;

/** What the list of disputes shows. */
export const DISPUTE_SHOWS = ['due', 'open', 'closed', 'all'] as const;
export type DisputeShow = (typeof DISPUTE_SHOWS)[number];

const emptyIsNone = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : value,
);
const emptyIsNull = Transform(({ value }: { value: unknown }) => (value === '' ? null : value));
/** Unlike IsOptional it does not let null by. */
const ifGiven = ValidateIf((_, value) => value !== undefined);
const isADay = ValidateBy(
  { name: 'isADay', validator: { validate: (day) => typeof day === 'string' && isDay(day) } },
  says('dispute.error.day'),
);

/** A change of a dispute. */
export class ChangeDisputeDto {
  @ApiProperty({
    enum: DISPUTE_STATES_BY_HAND,
    description: 'its own state changes the rest alone; `none` takes back what was reported',
  })
  @IsIn(DISPUTE_STATES_BY_HAND, says('dispute.error.state'))
  state!: DisputeStateByHand;

  @ApiPropertyOptional({
    maxLength: 1_000,
    description: "whom was asked; absent: as it is, at first the vendor's contact",
  })
  @ifGiven
  @Matches(CONTACT, says('dispute.error.contact'))
  contact?: string;

  @ApiPropertyOptional({ maxLength: 255, description: "the vendor's ticket, for example" })
  @ifGiven
  @Matches(REFERENCE, says('dispute.error.reference'))
  reference?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    nullable: true,
    description:
      'a day in UTC, not past; null for none; absent or the same: as it is, none once rejected',
  })
  @emptyIsNull
  @IsOptional()
  @isADay
  followUpOn?: string | null;

  @ApiPropertyOptional({ maxLength: 10_000, description: 'a comment, beside the change' })
  @ifGiven
  @Matches(TEXT, says('alert.error.note'))
  note?: string;

  @ApiPropertyOptional({
    description:
      'the version of the alert that the change was made from; absent: whatever it is now',
  })
  @ifGiven
  @IsInt(says('alert.error.version'))
  @Min(1, says('alert.error.version'))
  @Max(MAX_VERSION, says('alert.error.version'))
  version?: number;
}

/** The language of the text to a vendor. */
export class LetterQuery {
  @emptyIsNone
  @IsOptional()
  @IsIn(LETTER_LANGUAGES, says('dispute.error.language'))
  lang?: LetterLanguage;
}

/** What the list of disputes may be asked for. */
export class DisputeQuery extends PageQuery {
  @emptyIsNone
  @IsOptional()
  @IsIn(DISPUTE_SHOWS, says('dispute.error.show'))
  show?: DisputeShow;

  /** An engine's exact name, which is its vendor's. */
  @emptyIsNone
  @IsOptional()
  @Matches(ENGINE, says('dispute.error.vendor'))
  vendor?: string;

  @SortedBy(DISPUTE_SORTS)
  sort?: string;
}

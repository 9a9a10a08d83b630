import { ApiProperty, ApiPropertyOptional, PartialType } from '../web/api-doc.js';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsOptional,
  Matches,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { PageQuery } from '../web/paging.js';
import { SortedBy } from '../web/sorting.js';
import { SOMETHING_SEEN } from '../web/seen-text.rules.js';
import { says } from '../web/validation.js';
import type { PlatformState } from './platform.entity.js';
import { PLATFORM_SORTS } from './platform-sort.js';
import { parsePlatformUrl } from './platform-url.rules.js';

// Counted in code points as MySQL counts them: class-validator's own lengths leave out variation
// selectors, so that text which passes them might still not fit its column.
const NAME = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
const OWNER_NAME = /^[^\p{Cc}\p{Cs}]{0,255}$/u;
const EMAIL_LENGTH = /^.{0,254}$/u;
const TAG = /^[^,\p{Cc}\p{Cs}]{1,50}$/u;
const NOTES = /^(?:[\t\n\r]|[^\p{Cc}\p{Cs}]){0,10000}$/u;

const STATES: readonly PlatformState[] = ['flagged', 'clean', 'unknown'];

const trimmed = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.trim() : value,
);
const trimmedEach = Transform(({ value }: { value: unknown }) =>
  Array.isArray(value)
    ? [...new Set(value.map((tag: unknown) => (typeof tag === 'string' ? tag.trim() : tag)))]
    : value,
);
/** A filter's form sends what was left empty. */
const emptyIsNone = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : value,
);
const booleanText = Transform(({ value }: { value: unknown }) => {
  if (value === 'true') return true;
  if (value === 'false') return false;
  return value === '' ? undefined : value;
});
/** Unlike IsOptional it does not let null by. */
export const ifGiven = ValidateIf((_, value) => value !== undefined);

function urlComplaint(value: unknown): string {
  const parsed = parsePlatformUrl(typeof value === 'string' ? value : '');
  return says('complaint' in parsed ? parsed.complaint : 'platform.error.urlForm').message;
}

/** A URL that may be monitored; each thing that may be wrong has its own message. */
const IsPlatformUrl = ValidateBy({
  name: 'platformUrl',
  validator: {
    validate: (value: unknown) =>
      typeof value === 'string' && !('complaint' in parsePlatformUrl(value)),
    defaultMessage: (args) => urlComplaint(args?.value),
  },
});

/** What a new platform takes, in JSON and on the form. */
export class CreatePlatformDto {
  @ApiProperty({ minLength: 1, maxLength: 255 })
  @trimmed
  @Matches(NAME, says('platform.error.name'))
  @Matches(SOMETHING_SEEN, says('platform.error.name'))
  name!: string;

  @ApiProperty({ maxLength: 2048, example: 'https://www.example.org/' })
  @IsPlatformUrl
  url!: string;

  @ApiPropertyOptional({ default: true })
  @ifGiven
  @IsBoolean(says('platform.error.active'))
  active?: boolean;

  @ApiPropertyOptional({ maxLength: 255, default: '' })
  @trimmed
  @ifGiven
  @Matches(OWNER_NAME, says('platform.error.ownerName'))
  ownerName?: string;

  @ApiPropertyOptional({ maxLength: 254, default: '' })
  @trimmed
  @ValidateIf((_, value) => value !== undefined && value !== '')
  @IsEmail({}, says('platform.error.ownerEmail'))
  @Matches(EMAIL_LENGTH, says('platform.error.ownerEmail'))
  ownerEmail?: string;

  @ApiPropertyOptional({ type: [String], maxItems: 20, default: [] })
  @trimmedEach
  @ifGiven
  @IsArray(says('platform.error.tags'))
  @ArrayMaxSize(20, says('platform.error.tags'))
  @Matches(TAG, { ...says('platform.error.tags'), each: true })
  tags?: string[];

  @ApiPropertyOptional({ maxLength: 10_000, default: '' })
  @ifGiven
  @Matches(NOTES, says('platform.error.notes'))
  notes?: string;
}

/** Any subset of the same; what is absent stays as it is. */
export class UpdatePlatformDto extends PartialType(CreatePlatformDto, {
  skipNullProperties: false,
}) {}

/** What a list of platforms may be asked for. */
export class PlatformQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'in the name, URL, owner or tags', maxLength: 200 })
  @emptyIsNone
  @IsOptional()
  @Matches(/^[^\p{Cc}\p{Cs}]{1,200}$/u, says('platform.error.search'))
  search?: string;

  @ApiPropertyOptional({ enum: STATES })
  @emptyIsNone
  @IsOptional()
  @IsIn(STATES, says('platform.error.state'))
  state?: PlatformState;

  @ApiPropertyOptional({ type: Boolean })
  @booleanText
  @IsOptional()
  @IsBoolean(says('platform.error.activeFilter'))
  active?: boolean;

  @SortedBy(PLATFORM_SORTS)
  sort?: string;
}

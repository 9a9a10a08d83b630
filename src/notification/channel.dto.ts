import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsObject,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { ApiProperty, ApiPropertyOptional, PartialType } from '../web/api-doc.js';
import { SOMETHING_SEEN } from '../web/seen-text.rules.js';
import { says } from '../web/validation.js';
import type { ChannelMode } from './channel.entity.js';
import { KIND_NAMES } from './kinds/kinds.js';
import { EVENT_TYPES, type EventType } from './message.js';
import { CLOCK_TIME, isTimeZone } from './quiet-hours.rules.js';
import { SEVERITIES, type Severity } from './severity.rules.js';

export const MODES: readonly ChannelMode[] = ['digest', 'each'];
/** What a channel may be told of; the test button's message is none to choose. */
export const CHOSEN_TYPES = EVENT_TYPES.filter(
  (type) => type !== 'channel.test' && type !== 'scan.digest',
);

const NAME = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
const TAG = /^[^,\p{Cc}\p{Cs}]{1,50}$/u;

/** Unlike IsOptional it does not let null by. */
const ifGiven = ValidateIf((_, value) => value !== undefined);
const ifGivenOrNull = ValidateIf((_, value) => value !== undefined && value !== null);

const trimmed = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.trim() : value,
);
const trimmedEach = Transform(({ value }: { value: unknown }) =>
  Array.isArray(value)
    ? [...new Set(value.map((one: unknown) => (typeof one === 'string' ? one.trim() : one)))]
    : value,
);

/** What a channel takes, but for its kind, which stays. */
class ChannelDto {
  @ApiProperty({ minLength: 1, maxLength: 255 })
  @trimmed
  @Matches(NAME, says('channel.error.name'))
  @Matches(SOMETHING_SEEN, says('channel.error.name'))
  name!: string;

  @ApiPropertyOptional({ default: true })
  @ifGiven
  @IsBoolean(says('channel.error.active'))
  active?: boolean;

  @ApiPropertyOptional({ enum: MODES, default: 'digest' })
  @ifGiven
  @IsIn(MODES, says('channel.error.mode'))
  mode?: ChannelMode;

  @ApiPropertyOptional({ minimum: 1, maximum: 1440, default: 60 })
  @ifGiven
  @IsInt(says('channel.error.digestMinutes'))
  @Min(1, says('channel.error.digestMinutes'))
  @Max(1440, says('channel.error.digestMinutes'))
  digestMinutes?: number;

  @ApiPropertyOptional({ enum: SEVERITIES, default: 'low' })
  @ifGiven
  @IsIn(SEVERITIES, says('channel.error.minSeverity'))
  minSeverity?: Severity;

  @ApiPropertyOptional({ type: [String], maxItems: 20, default: [], description: 'any of them' })
  @trimmedEach
  @ifGiven
  @IsArray(says('channel.error.tags'))
  @ArrayMaxSize(20, says('channel.error.tags'))
  @Matches(TAG, { ...says('channel.error.tags'), each: true })
  tags?: string[];

  @ApiPropertyOptional({ type: [String], maxItems: 50, default: [], description: 'any of them' })
  @trimmedEach
  @ifGiven
  @IsArray(says('channel.error.owners'))
  @ArrayMaxSize(50, says('channel.error.owners'))
  @IsEmail({}, { ...says('channel.error.owners'), each: true })
  @Matches(/^.{0,254}$/, { ...says('channel.error.owners'), each: true })
  owners?: string[];

  @ApiPropertyOptional({ enum: CHOSEN_TYPES, isArray: true, default: [], description: 'none: all' })
  @ifGiven
  @IsArray(says('channel.error.eventTypes'))
  @IsIn(CHOSEN_TYPES, { ...says('channel.error.eventTypes'), each: true })
  eventTypes?: EventType[];

  @ApiPropertyOptional({ default: false, description: 'by mail alone' })
  @ifGiven
  @IsBoolean(says('channel.error.tellOwner'))
  tellOwner?: boolean;

  @ApiPropertyOptional({ minimum: 0, maximum: 365, default: 7, description: '0: never' })
  @ifGiven
  @IsInt(says('channel.error.reminderDays'))
  @Min(0, says('channel.error.reminderDays'))
  @Max(365, says('channel.error.reminderDays'))
  reminderDays?: number;

  @ApiPropertyOptional({ type: String, nullable: true, example: '22:00' })
  @ifGivenOrNull
  @Matches(CLOCK_TIME, says('channel.error.quietTime'))
  quietFrom?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '07:00' })
  @ifGivenOrNull
  @Matches(CLOCK_TIME, says('channel.error.quietTime'))
  quietTo?: string | null;

  @ApiPropertyOptional({ default: 'UTC', example: 'Africa/Algiers' })
  @ifGiven
  @ValidateBy({
    name: 'timeZone',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isTimeZone(value),
      defaultMessage: () => says('channel.error.quietZone').message,
    },
  })
  quietZone?: string;

  @ApiProperty({
    type: Object,
    description:
      'by kind. email: { to: [addresses] }. webhook: { url, secret or rotateSecret: true }. slack: { url }. What is secret is written, never read back',
    example: { url: 'https://hooks.example.org/oju' },
  })
  @IsObject(says('channel.error.config'))
  config!: Record<string, unknown>;
}

/** What a new channel takes, in JSON and on the form. */
export class CreateChannelDto extends ChannelDto {
  @ApiProperty({ enum: KIND_NAMES })
  @IsIn(KIND_NAMES, says('channel.error.kind', { kinds: KIND_NAMES.join(', ') }))
  kind!: string;
}

/** Any subset of the same but the kind; what is absent stays as it is. */
export class UpdateChannelDto extends PartialType(ChannelDto, { skipNullProperties: false }) {}

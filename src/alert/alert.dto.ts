import { ApiProperty, ApiPropertyOptional } from '../web/api-doc.js';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min, ValidateIf } from 'class-validator';
import { SOMETHING_SEEN } from '../web/seen-text.rules.js';
import { says } from '../web/validation.js';
import {
  ALERT_REASONS,
  ALERT_STATES,
  type AlertReason,
  type AlertState,
  NOBODY,
  REASONS_BY_HAND,
} from './alert.rules.js';
import { isNobody } from './nobody.js';

// Counted in code points as MySQL counts them, and none that a database does not keep.
const TEXT = /^(?:[\t\n\r]|[^\p{Cc}\p{Cs}]){0,10000}$/u;
const ASSIGNEE = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

const MAX_VERSION = 2 ** 31 - 1;

/** Nobody is assigned when the name is empty, or one that filters know nobody by. */
const nameOrNobody = Transform(({ value }: { value: unknown }) => {
  if (typeof value !== 'string') return value;
  const name = value.trim();
  return name === '' || isNobody(name) ? null : name;
});
/** Unlike IsOptional it does not let null by. */
const ifGiven = ValidateIf((_, value) => value !== undefined);

/** A change of an alert; what is absent stays. */
export class ChangeAlertDto {
  @ApiPropertyOptional({ enum: ALERT_STATES })
  @ifGiven
  @IsIn(ALERT_STATES, says('alert.error.state'))
  state?: AlertState;

  @ApiPropertyOptional({
    enum: REASONS_BY_HAND,
    nullable: true,
    description: 'with the state `resolved`, and only with it',
  })
  @IsOptional()
  @IsIn(ALERT_REASONS, says('alert.error.reason'))
  reason?: AlertReason | null;

  @ApiPropertyOptional({ maxLength: 10_000, description: 'a comment, beside the change' })
  @ifGiven
  @Matches(TEXT, says('alert.error.note'))
  note?: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: 255,
    nullable: true,
    description: `null, empty or \`${NOBODY}\` for nobody`,
  })
  @nameOrNobody
  @IsOptional()
  @Matches(ASSIGNEE, says('alert.error.assignee'))
  assignee?: string | null;

  @ApiPropertyOptional({
    description: 'the version that the change was made from; absent: whatever it is now',
  })
  @ifGiven
  @IsInt(says('alert.error.version'))
  @Min(1, says('alert.error.version'))
  @Max(MAX_VERSION, says('alert.error.version'))
  version?: number;
}

/** A comment on an alert. */
export class CommentDto {
  @ApiProperty({ minLength: 1, maxLength: 10_000 })
  @Matches(TEXT, says('alert.error.note'))
  @Matches(SOMETHING_SEEN, says('alert.error.text'))
  text!: string;
}

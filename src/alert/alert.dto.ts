import { ApiProperty, ApiPropertyOptional } from '../web/api-doc.js';
import { Transform } from 'class-transformer';
import { IsDate, IsIn, IsInt, IsOptional, Matches, Max, Min, ValidateIf } from 'class-validator';
import { readId } from '../web/ids.js';
import { PageQuery } from '../web/paging.js';
import { says } from '../web/validation.js';
import {
  ALERT_REASONS,
  ALERT_STATES,
  type AlertReason,
  type AlertState,
  REASONS_BY_HAND,
  SEVERITIES,
  type Severity,
} from './alert.rules.js';
import { readInstant } from './alert-form.rules.js';

// Counted in code points as MySQL counts them, and none that a database does not keep.
const TEXT = /^(?:[\t\n\r]|[^\p{Cc}\p{Cs}]){0,10000}$/u;
const COMMENT = /^(?=[\s\S]*\S)(?:[\t\n\r]|[^\p{Cc}\p{Cs}]){1,10000}$/u;
const ASSIGNEE = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

const MAX_VERSION = 2 ** 31 - 1;

/** `?state=new&state=in_progress` and `?state=new,in_progress` mean the same; empty asks nothing. */
const list = Transform(({ value }: { value: unknown }) => {
  if (value === '' || value === undefined) return undefined;
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  return parts.flatMap((part) => (typeof part === 'string' ? part.split(',') : [part]));
});
const emptyIsNone = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : value,
);
const id = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : (readId(value) ?? value),
);
const instant = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : (readInstant(value) ?? value),
);
/** Nobody is assigned when the name is empty. */
const nameOrNobody = Transform(({ value }: { value: unknown }) => {
  const name: unknown = typeof value === 'string' ? value.trim() : value;
  return name === '' ? null : name;
});
/** Unlike IsOptional it does not let null by. */
const ifGiven = ValidateIf((_, value) => value !== undefined);

/** What a list of alerts may be asked for. */
export class AlertQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ALERT_STATES, isArray: true, description: 'any of them' })
  @list
  @IsOptional()
  @IsIn(ALERT_STATES, { ...says('alert.error.state'), each: true })
  state?: AlertState[];

  @ApiPropertyOptional({ enum: SEVERITIES, isArray: true, description: 'any of them' })
  @list
  @IsOptional()
  @IsIn(SEVERITIES, { ...says('alert.error.severity'), each: true })
  severity?: Severity[];

  @ApiPropertyOptional({ type: String })
  @id
  @IsOptional()
  @IsInt(says('alert.error.platformId'))
  platformId?: number;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  @instant
  @IsOptional()
  @IsDate(says('alert.error.updatedSince'))
  updatedSince?: Date;
}

/** The filters of the page: its state is one or `all`; without one it shows what is not settled. */
export class AlertPageQuery extends PageQuery {
  @emptyIsNone
  @IsOptional()
  @IsIn([...ALERT_STATES, 'all'], says('alert.error.stateFilter'))
  state?: AlertState | 'all';

  @emptyIsNone
  @IsOptional()
  @IsIn(SEVERITIES, says('alert.error.severity'))
  severity?: Severity;

  @id
  @IsOptional()
  @IsInt(says('alert.error.platformId'))
  platformId?: number;
}

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

  @ApiPropertyOptional({ type: String, maxLength: 255, nullable: true })
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
  @Matches(COMMENT, says('alert.error.text'))
  text!: string;
}

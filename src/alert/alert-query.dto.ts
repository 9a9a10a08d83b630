import { Transform } from 'class-transformer';
import { IsDate, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { ApiPropertyOptional } from '../web/api-doc.js';
import { ValidationFailed } from '../web/domain-error.js';
import { readId } from '../web/ids.js';
import { PageQuery } from '../web/paging.js';
import { SortedBy } from '../web/sorting.js';
import { says } from '../web/validation.js';
import type { AlertFilter } from './alert-filter.js';
import { readInstant } from './alert-form.rules.js';
import { ALERT_SORTS } from './alert-sort.js';
import {
  ALERT_STATES,
  type AlertState,
  isSettled,
  NOBODY,
  SEVERITIES,
  type Severity,
} from './alert.rules.js';
import { isNobody } from './nobody.js';

const DAY_MS = 86_400_000;
const MAX_AGE_DAYS = 36_500;

const TEXT = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** `?state=new&state=in_progress` and `?state=new,in_progress` mean the same; empty asks nothing. */
const list = Transform(({ value }: { value: unknown }) => {
  if (value === '' || value === undefined) return undefined;
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  return parts.flatMap((part) => (typeof part === 'string' ? part.split(',') : [part]));
});
/** A filter's form sends what was left empty. */
const emptyIsNone = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : value,
);
const trimmed = Transform(({ value }: { value: unknown }) => {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  return text === '' ? undefined : text;
});
const id = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : (readId(value) ?? value),
);
const instant = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : (readInstant(value) ?? value),
);
const days = Transform(({ value }: { value: unknown }) => {
  if (value === '') return undefined;
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
});

/** What JSON and page filter by alike. */
class SharedAlertQuery extends PageQuery {
  @ApiPropertyOptional({ type: String })
  @id
  @IsOptional()
  @IsInt(says('alert.error.platformId'))
  platformId?: number;

  @ApiPropertyOptional({ description: 'an engine listed on the alert, by its exact name' })
  @emptyIsNone
  @IsOptional()
  @Matches(TEXT, says('alert.error.filterText'))
  engine?: string;

  @ApiPropertyOptional({ description: 'the vendor of such an engine, by its exact name' })
  @emptyIsNone
  @IsOptional()
  @Matches(TEXT, says('alert.error.filterText'))
  vendor?: string;

  @ApiPropertyOptional({ description: "in the name or mail address of the platform's owner" })
  @trimmed
  @IsOptional()
  @Matches(TEXT, says('alert.error.filterText'))
  owner?: string;

  @ApiPropertyOptional({ description: 'a whole tag of the platform' })
  @trimmed
  @IsOptional()
  @Matches(TEXT, says('alert.error.filterText'))
  tag?: string;

  @ApiPropertyOptional({ description: `who works it, or \`${NOBODY}\`` })
  @trimmed
  @IsOptional()
  @Matches(TEXT, says('alert.error.filterText'))
  assignee?: string;

  @ApiPropertyOptional({ description: "in the platform's name or URL, or in an engine's result" })
  @trimmed
  @IsOptional()
  @Matches(TEXT, says('alert.error.filterText'))
  search?: string;

  @ApiPropertyOptional({ type: Number, description: 'opened at least so many days ago' })
  @days
  @IsOptional()
  @IsInt(says('alert.error.age'))
  @Min(0, says('alert.error.age'))
  @Max(MAX_AGE_DAYS, says('alert.error.age'))
  minAgeDays?: number;

  @ApiPropertyOptional({ type: Number, description: 'opened less than so many days ago' })
  @days
  @IsOptional()
  @IsInt(says('alert.error.age'))
  @Min(1, says('alert.error.age'))
  @Max(MAX_AGE_DAYS, says('alert.error.age'))
  maxAgeDays?: number;

  @SortedBy(ALERT_SORTS)
  sort?: string;
}

/** What a list of alerts may be asked for. */
export class AlertQuery extends SharedAlertQuery {
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

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description:
      'changed then or later; the list is then in the order of changes, oldest first. Ask again ' +
      'with the last updatedAt that you got: no change is left out.',
  })
  @instant
  @IsOptional()
  @IsDate(says('alert.error.updatedSince'))
  updatedSince?: Date;
}

/** The filters of the page: its state is one or `all`; without one it shows what is not settled. */
export class AlertPageQuery extends SharedAlertQuery {
  @emptyIsNone
  @IsOptional()
  @IsIn([...ALERT_STATES, 'all'], says('alert.error.stateFilter'))
  state?: AlertState | 'all';

  @emptyIsNone
  @IsOptional()
  @IsIn(SEVERITIES, says('alert.error.severity'))
  severity?: Severity;
}

/** What JSON asked for, as the service takes it. @throws ValidationFailed */
export function apiFilter(query: AlertQuery, now: Date): AlertFilter {
  const { state, severity, updatedSince, sort } = query;
  if (updatedSince && sort !== undefined) {
    throw new ValidationFailed([{ field: 'sort', message: 'alert.sortError.changes' }]);
  }
  return { ...sharedFilter(query, now), states: state, severities: severity, updatedSince };
}

/** What the page asked for: without a state it shows what needs work. */
export function pageFilter(query: AlertPageQuery, now: Date): AlertFilter {
  const { state, severity } = query;
  const open = ALERT_STATES.filter((one) => !isSettled(one));
  return {
    ...sharedFilter(query, now),
    states: state === undefined ? open : state === 'all' ? [] : [state],
    severities: severity === undefined ? [] : [severity],
  };
}

function sharedFilter(query: SharedAlertQuery, now: Date): AlertFilter {
  const { platformId, engine, vendor, owner, tag, search } = query;
  const { assignee, minAgeDays, maxAgeDays } = query;
  const ago = (count: number) => new Date(now.getTime() - count * DAY_MS);
  return {
    platformId,
    engine,
    vendor,
    owner,
    tag,
    search,
    assignee: assignee !== undefined && isNobody(assignee) ? null : assignee,
    openedUntil: minAgeDays === undefined ? undefined : ago(minAgeDays),
    openedAfter: maxAgeDays === undefined ? undefined : ago(maxAgeDays),
  };
}

import { Transform } from 'class-transformer';
import { IsOptional, Length, Matches, ValidateBy } from 'class-validator';
import { ApiPropertyOptional } from '../web/api-doc.js';
import { PageQuery } from '../web/paging.js';
import { says } from '../web/validation.js';
import type { AuditFilter } from './audit-log.service.js';
import { readDay } from './audit-day.rules.js';

const emptyIsNone = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.trim() || undefined : value,
);
const isDay = () =>
  ValidateBy(
    { name: 'isDay', validator: { validate: (value: unknown) => readDay(value) !== null } },
    says('audit.error.day'),
  );

/** What the audit trail may be asked for: the page, its export and the JSON take the same. */
export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'part of the mail address or token name of who did it' })
  @emptyIsNone
  @IsOptional()
  @Length(1, 255, says('audit.error.text'))
  actor?: string;

  @ApiPropertyOptional({ description: 'an action, or the part of it before the dot' })
  @emptyIsNone
  @IsOptional()
  @Matches(/^[a-z_.]{1,64}$/, says('audit.error.action'))
  action?: string;

  @ApiPropertyOptional({ description: 'kind:id, a kind, or part of the name of what it was' })
  @emptyIsNone
  @IsOptional()
  @Length(1, 255, says('audit.error.text'))
  subject?: string;

  @ApiPropertyOptional({ type: String, format: 'date', description: 'a day in UTC, or a time' })
  @emptyIsNone
  @IsOptional()
  @isDay()
  from?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    description: 'a day in UTC, which is included, or a time, which is not',
  })
  @emptyIsNone
  @IsOptional()
  @isDay()
  to?: string;
}

/** The lines that a query means. */
export function auditFilter({ actor, action, subject, from, to }: AuditQuery): AuditFilter {
  return {
    actor,
    action,
    subject,
    from: readDay(from)?.begin,
    until: readDay(to)?.end,
  };
}

import { ApiPropertyOptional } from '../web/api-doc.js';
import { IsBoolean, IsInt, Matches, Max, Min, ValidateIf } from 'class-validator';
import { says } from '../web/validation.js';

/** Absent is fine, null is not: it would be no value of the field's type. */
function IfGiven() {
  return ValidateIf((_body, value) => value !== undefined);
}

/** A whole number within bounds, with one message that says so. */
function WholeNumber(min: number, max: number) {
  const message = says('integration.error.wholeNumber', { min, max });
  return (target: object, property: string) => {
    Max(max, message)(target, property);
    Min(min, message)(target, property);
    IsInt(message)(target, property);
    IfGiven()(target, property);
  };
}

const MIN_KEEP_DAYS = 30;
const MAX_KEEP_DAYS = 3650;
const keepDays = says('integration.error.keepDetailsDays', {
  min: MIN_KEEP_DAYS,
  max: MAX_KEEP_DAYS,
});

/** What an admin may change; what is absent stays as it is. */
export class SettingsBody {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: '64 hexadecimal characters; written, never read back; null removes it',
  })
  @ValidateIf((_body, value) => value !== undefined && value !== null)
  @Matches(/^[0-9a-fA-F]{64}$/, says('integration.error.apiKey'))
  apiKey?: string | null;

  @ApiPropertyOptional()
  @IfGiven()
  @IsBoolean(says('integration.error.active'))
  active?: boolean;

  @ApiPropertyOptional({ minimum: 1, maximum: 7 })
  @WholeNumber(1, 7)
  scanFrequencyDays?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 60_000 })
  @WholeNumber(1, 60_000)
  requestsPerMinute?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 100_000_000 })
  @WholeNumber(1, 100_000_000)
  requestsPerDay?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 1_000_000_000 })
  @WholeNumber(1, 1_000_000_000)
  requestsPerMonth?: number;

  @ApiPropertyOptional({ minimum: 0, maximum: 90 })
  @WholeNumber(0, 90)
  reservePercent?: number;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 50,
    description: 'how many engines must flag a platform before an alert opens',
  })
  @WholeNumber(1, 50)
  alertThreshold?: number;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: MIN_KEEP_DAYS,
    maximum: MAX_KEEP_DAYS,
    description: 'scans older than so many days that changed nothing are thinned; null: never',
  })
  @IsInt(keepDays)
  @Min(MIN_KEEP_DAYS, keepDays)
  @Max(MAX_KEEP_DAYS, keepDays)
  @ValidateIf((_body, value) => value !== undefined && value !== null)
  keepDetailsDays?: number | null;
}

/** A key to try; without one, the stored key is tried. */
export class VerifyBody {
  @ApiPropertyOptional({ description: '64 hexadecimal characters' })
  @IfGiven()
  @Matches(/^[0-9a-fA-F]{64}$/, says('integration.error.apiKey'))
  apiKey?: string;
}

import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { says } from '../web/validation.js';
import { isInstantText } from './import/instant-text.rules.js';
import { CreatePlatformDto, ifGiven } from './platform.dto.js';

const IsArchivedAt = ValidateBy({
  name: 'archivedAt',
  validator: {
    validate: (value: unknown, args) =>
      isInstantText(value) && (args?.object as ImportPlatformDto).active !== true,
    defaultMessage: (args) =>
      says(
        isInstantText(args?.value) ? 'platform.error.archivedActive' : 'platform.error.archivedAt',
      ).message,
  },
});

/** One row of a file of platforms: what a new platform takes, and when it was archived, if it was. */
export class ImportPlatformDto extends CreatePlatformDto {
  // JSON has null for one that is not archived.
  @Transform(({ value }: { value: unknown }) => value ?? undefined)
  @ifGiven
  @IsArchivedAt
  archivedAt?: string;
}

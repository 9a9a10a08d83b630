import { IsBoolean, IsOptional } from 'class-validator';
import { ApiPropertyOptional } from '../web/api-doc.js';
import { says } from '../web/validation.js';
import { booleanText, exportFormat } from './import/import.dto.js';
import type { ImportFormat } from './import/import-file.js';
import { PlatformQuery } from './platform.dto.js';

/** Which platforms an export is to have: those of a list, whatever the limit of its page is. */
export class PlatformExportQuery extends PlatformQuery {
  @exportFormat
  format?: ImportFormat;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'archived platforms as well, with the time in a column archivedAt',
  })
  @booleanText
  @IsOptional()
  @IsBoolean(says('platform.error.archivedFilter'))
  archived?: boolean;
}

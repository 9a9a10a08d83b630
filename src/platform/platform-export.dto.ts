import { IsBoolean, IsOptional } from 'class-validator';
import { ApiPropertyOptional } from '../web/api-doc.js';
import { says } from '../web/validation.js';
import { booleanText, ExportQuery } from './import/import.dto.js';

/** Which platforms an export is to have. */
export class PlatformExportQuery extends ExportQuery {
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

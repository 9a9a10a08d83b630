import { ApiPropertyOptional } from '../web/api-doc.js';
import { ArrayMaxSize, ArrayMinSize, IsArray, Length, ValidateIf } from 'class-validator';
import { PageQuery } from '../web/paging.js';
import { SortedBy } from '../web/sorting.js';
import { says } from '../web/validation.js';
import { SCAN_SORTS } from './scan-sort.js';
import { MAX_NAMED_PLATFORMS } from './scan.service.js';

const form = says('scan.error.platformIdsForm', { max: MAX_NAMED_PLATFORMS });

/** What a scan may be asked to take in. */
export class StartScanDto {
  @ApiPropertyOptional({
    type: [String],
    minItems: 1,
    maxItems: MAX_NAMED_PLATFORMS,
    description: 'absent: every active platform; an id given twice counts once',
  })
  // Unlike IsOptional it does not let null by, which might mean all or none.
  @ValidateIf((_, value) => value !== undefined)
  @IsArray(form)
  @ArrayMinSize(1, form)
  @ArrayMaxSize(MAX_NAMED_PLATFORMS, form)
  @Length(1, 50, { ...form, each: true })
  platformIds?: string[];
}

/** What a list of scans may be asked for. */
export class ScanListQuery extends PageQuery {
  @SortedBy(SCAN_SORTS)
  sort?: string;
}

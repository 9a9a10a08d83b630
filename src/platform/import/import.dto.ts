import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '../../web/api-doc.js';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../web/paging.js';
import { says } from '../../web/validation.js';

/** What the page of a dry run can show, the most urgent first. */
export const SHOWN = ['bad', 'private', 'duplicate', 'hinted', 'changed', 'new', 'same'] as const;

/** `?name=true`, or a box that is ticked. */
export const booleanText = Transform(({ value }: { value: unknown }) => {
  if (value === 'true' || value === '1' || value === '') return true;
  return value === 'false' || value === '0' ? false : value;
});

/** How a file is to be imported. */
export class ImportQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'only tells what it would do',
  })
  @booleanText
  @IsOptional()
  @IsBoolean(says('import.error.dryRun'))
  dryRun?: boolean;
}

/** Which file an export is to be: `?format=`. */
export const exportFormat = applyDecorators(
  ApiPropertyOptional({ enum: ['csv', 'json'], description: 'without it, as Accept says' }),
  IsOptional(),
  IsIn(['csv', 'json'], says('import.error.format')),
);

/** Which rows of a file a page shows. */
export class ImportPageQuery extends PageQuery {
  @IsOptional()
  @IsIn(SHOWN, says('import.error.show'))
  show?: (typeof SHOWN)[number];
}

import { IsOptional, IsString, MaxLength } from 'class-validator';
import { ApiPropertyOptional } from '../web/api-doc.js';
import { PageQuery } from '../web/paging.js';
import { says } from '../web/validation.js';

/** Which verdicts of a platform are asked for. */
export class VerdictQuery {
  @ApiPropertyOptional({ description: 'of a past scan, as the history names it; else the present' })
  @IsOptional()
  @IsString(says('scan.error.taskId'))
  @MaxLength(10, says('scan.error.taskId'))
  taskId?: string;
}

/** Which two past scans of a platform are compared. */
export class CompareQuery {
  @IsOptional()
  @IsString(says('scan.error.taskId'))
  from?: string;

  @IsOptional()
  @IsString(says('scan.error.taskId'))
  to?: string;
}

/** Which platforms of a scan its page shows. */
export class ScanPageQuery extends PageQuery {
  @IsOptional()
  @IsString(says('scan.error.show'))
  show?: string;
}

import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ImportRun } from '../platform/import/import-run.service.js';
import { ImportQuery } from '../platform/import/import.dto.js';
import { bodyFile } from '../platform/import/import.request.js';
import { importView, ImportView } from '../platform/import/import.view.js';
import { PlatformImport } from '../platform/platform-import.service.js';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '../web/api-doc.js';
import type { Envelope } from '../web/envelope.js';
import { CapacityService } from './capacity.service.js';
import { CapacityView, capacityView } from './integration.view.js';

/** What became of a file of platforms, or would. */
export class PlatformImportView extends ImportView {
  @ApiProperty({ type: CapacityView, description: 'with the platforms of the file' })
  capacity!: CapacityView;
}

/** What became of a file of platforms, as JSON answers it. */
class PlatformImportAnswer {
  @ApiProperty({ type: PlatformImportView })
  data!: PlatformImportView;
}

/** Files of platforms from other programs. */
@ApiTags('platforms')
@Controller('api/v1/platforms')
export class PlatformImportApi {
  constructor(
    private readonly target: PlatformImport,
    private readonly imports: ImportRun,
    private readonly limits: CapacityService,
  ) {}

  @Post('import')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Adds and changes platforms by URL, all or nothing: text/csv, or a JSON array of objects; a column that is absent stays as it is',
  })
  @ApiOkResponse({ type: PlatformImportAnswer })
  async import(
    @Req() request: Request,
    @Query() { dryRun = false }: ImportQuery,
  ): Promise<Envelope<PlatformImportView>> {
    const outcome = await this.imports.run(this.target, bodyFile(request), dryRun);
    const view = importView(this.target, outcome, dryRun);
    const change = outcome.isApplied ? 0 : (outcome.figures.activeChange ?? 0);
    const { capacity, frequencyDays } = await this.limits.capacityWith(change);
    return {
      data: Object.assign(new PlatformImportView(), view, {
        capacity: capacityView(capacity, frequencyDays),
      }),
    };
  }
}

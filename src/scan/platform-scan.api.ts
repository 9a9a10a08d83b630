import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '../web/api-doc.js';
import { PlatformService } from '../platform/platform.service.js';
import { type ListEnvelope, listEnvelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { PageQuery } from '../web/paging.js';
import { PlatformRemoval } from './platform-removal.service.js';
import {
  PastScanListAnswer,
  pastScanView,
  type PastScanView,
  VerdictListAnswer,
  verdictView,
  type VerdictView,
} from './platform-scan.view.js';
import { PlatformVerdicts } from './platform-verdicts.service.js';

/** What scans know of a platform, and its removal, as JSON. */
@ApiTags('platforms')
@Controller('api/v1/platforms')
export class PlatformScanApi {
  constructor(
    private readonly platforms: PlatformService,
    private readonly verdicts: PlatformVerdicts,
    private readonly removal: PlatformRemoval,
  ) {}

  @Get(':id/verdicts')
  @ApiOperation({ summary: "Every engine's present verdict with its vendor, all in one page" })
  @ApiOkResponse({ type: VerdictListAnswer })
  async listVerdicts(@Param('id') id: string): Promise<ListEnvelope<VerdictView>> {
    const platform = await this.platforms.get(pathId(id));
    const items = await this.verdicts.present(platform.id);
    const { length } = items;
    return listEnvelope({ items, total: length, limit: length, nextCursor: null }, verdictView);
  }

  @Get(':id/history')
  @ApiOperation({ summary: 'What changed, scan by scan, newest first' })
  @ApiOkResponse({ type: PastScanListAnswer })
  async listHistory(
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<ListEnvelope<PastScanView>> {
    const platform = await this.platforms.get(pathId(id));
    return listEnvelope(await this.verdicts.past(platform.id, query), pastScanView);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Archives a platform: its history stays, its open alert resolves' })
  @ApiNoContentResponse()
  async remove(@Param('id') id: string): Promise<void> {
    await this.removal.remove(pathId(id));
  }
}

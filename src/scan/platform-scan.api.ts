import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '../web/api-doc.js';
import { PlatformService } from '../platform/platform.service.js';
import { type ListEnvelope, listEnvelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { PageQuery } from '../web/paging.js';
import { VerdictQuery } from './platform-scan.dto.js';
import { PlatformRemoval } from './platform-removal.service.js';
import {
  PastScanListAnswer,
  pastScanView,
  type PastScanView,
  VerdictListAnswer,
  verdictView,
  type VerdictView,
} from './platform-scan.view.js';
import { type PresentVerdict, PlatformVerdicts } from './platform-verdicts.service.js';

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
  @ApiOperation({
    summary:
      "Every engine's present verdict with its vendor, or those of a past scan, all in one page",
  })
  @ApiOkResponse({ type: VerdictListAnswer })
  async listVerdicts(
    @Param('id') id: string,
    @Query() { taskId }: VerdictQuery,
  ): Promise<ListEnvelope<VerdictView>> {
    const platform = await this.platforms.get(pathId(id));
    const items = await this.verdictsOf(platform.id, taskId);
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

  private async verdictsOf(platformId: number, taskId?: string): Promise<PresentVerdict[]> {
    if (taskId === undefined) return this.verdicts.present(platformId);
    const { task } = await this.verdicts.pastScan(platformId, pathId(taskId));
    return this.verdicts.at(platformId, task.id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Archives a platform: its history stays, its open alert resolves' })
  @ApiNoContentResponse()
  async remove(@Param('id') id: string): Promise<void> {
    await this.removal.remove(pathId(id));
  }
}

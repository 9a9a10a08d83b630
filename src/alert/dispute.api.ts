import { Body, Controller, Param, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '../web/api-doc.js';
import type { Envelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { actorName } from '../web/request.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { AlertService } from './alert.service.js';
import { AlertAnswer, type AlertView, alertView } from './alert.view.js';
import { ChangeDisputeDto } from './dispute.dto.js';
import { DisputeService } from './dispute.service.js';
import { TimelineService } from './timeline.service.js';

/** What vendors were asked, as JSON. */
@ApiTags('alerts')
@Controller('api/v1/alerts')
export class DisputeApi {
  constructor(
    private readonly disputes: DisputeService,
    private readonly alerts: AlertService,
    private readonly enrichment: AlertEnrichment,
    private readonly timeline: TimelineService,
  ) {}

  @Put(':id/detections/:detectionId/dispute')
  @ApiOperation({ summary: 'Records what a vendor was asked, or answered; answers the alert' })
  @ApiOkResponse({ type: AlertAnswer })
  @ApiConflictResponse({ description: 'another version (`currentVersion` says which)' })
  async set(
    @Param('id') id: string,
    @Param('detectionId') detectionId: string,
    @Body() body: ChangeDisputeDto,
    @Req() request: Request,
  ): Promise<Envelope<AlertView>> {
    const alertId = pathId(id);
    await this.disputes.set(alertId, pathId(detectionId), body, actorName(request));
    const enriched = await this.enrichment.enrichOne(await this.alerts.get(alertId));
    return { data: alertView(enriched, await this.timeline.of(alertId)) };
  }
}

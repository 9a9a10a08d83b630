import { Body, Controller, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '../web/api-doc.js';
import type { Request } from 'express';
import { Clock } from '../config/clock.js';
import type { Envelope, ListEnvelope } from '../web/envelope.js';
import { listEnvelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { actorName } from '../web/request.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { AlertQuery, apiFilter } from './alert-query.dto.js';
import { ChangeAlertDto, CommentDto } from './alert.dto.js';
import type { Alert } from './alert.entity.js';
import { AlertService } from './alert.service.js';
import { AlertAnswer, AlertListAnswer, type AlertView, alertView } from './alert.view.js';
import { TimelineService } from './timeline.service.js';

/** Alerts as JSON. */
@ApiTags('alerts')
@Controller('api/v1/alerts')
export class AlertApi {
  constructor(
    private readonly alerts: AlertService,
    private readonly enrichment: AlertEnrichment,
    private readonly timeline: TimelineService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'The alerts, newest first unless `sort` says otherwise; with `updatedSince` those that ' +
      'changed first come first',
  })
  @ApiOkResponse({ type: AlertListAnswer })
  async list(@Query() query: AlertQuery): Promise<ListEnvelope<AlertView>> {
    const page = await this.alerts.list(apiFilter(query, this.clock.now()), query);
    const items = await this.enrichment.enrich(page.items);
    return listEnvelope({ ...page, items }, (alert) => alertView(alert));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One alert, with its timeline' })
  @ApiOkResponse({ type: AlertAnswer })
  async get(@Param('id') id: string): Promise<Envelope<AlertView>> {
    return this.answer(await this.alerts.get(pathId(id)));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes what is given; a note becomes a comment' })
  @ApiOkResponse({ type: AlertAnswer })
  @ApiConflictResponse({
    description: 'another version (`currentVersion` says which), or another alert is open',
  })
  async change(
    @Param('id') id: string,
    @Body() body: ChangeAlertDto,
    @Req() request: Request,
  ): Promise<Envelope<AlertView>> {
    return this.answer(await this.alerts.change(pathId(id), body, actorName(request)));
  }

  @Post(':id/comments')
  @ApiOperation({ summary: 'Adds a comment to the timeline; answers the alert' })
  @ApiCreatedResponse({ type: AlertAnswer })
  async comment(
    @Param('id') id: string,
    @Body() { text }: CommentDto,
    @Req() request: Request,
  ): Promise<Envelope<AlertView>> {
    return this.answer(await this.alerts.comment(pathId(id), text, actorName(request)));
  }

  private async answer(alert: Alert): Promise<Envelope<AlertView>> {
    const enriched = await this.enrichment.enrichOne(alert);
    return { data: alertView(enriched, await this.timeline.of(alert.id)) };
  }
}

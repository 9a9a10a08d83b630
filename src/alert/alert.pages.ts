import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import type { Request, Response } from 'express';
import { freshForm, type FormState, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { pager } from '../web/pager.js';
import { NearMissService } from '../vendor/near-miss.service.js';
import { actorName } from '../web/request.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { alertChangeFromForm, commentFromForm } from './alert-form.rules.js';
import { alertPage, alertRow } from './alert-page.view.js';
import { AlertPageQuery, ChangeAlertDto, CommentDto } from './alert.dto.js';
import { ALERT_STATES, type AlertState, isSettled, SEVERITIES } from './alert.rules.js';
import { AlertService } from './alert.service.js';
import { TimelineService } from './timeline.service.js';

const t = translator();

/** The list of alerts, and the page of one with the forms that work it. */
@ApiExcludeController()
@Controller('alerts')
export class AlertPages {
  constructor(
    private readonly alerts: AlertService,
    private readonly enrichment: AlertEnrichment,
    private readonly timeline: TimelineService,
    private readonly nearMisses: NearMissService,
  ) {}

  @Get()
  @Render('alerts/index')
  async index(@Query() query: AlertPageQuery): Promise<object> {
    const { state, severity, platformId, limit, cursor } = query;
    const filter = {
      states: statesOf(state),
      severities: severity === undefined ? [] : [severity],
      platformId,
    };
    const page = await this.alerts.list(filter, query);
    const asked = { state, severity, platformId, limit, cursor };
    return {
      pageTitle: t('alert.title'),
      alerts: (await this.enrichment.enrich(page.items)).map(alertRow),
      states: ALERT_STATES,
      severities: SEVERITIES,
      filter: { state, severity, platformId },
      isFiltered: [state, severity, platformId].some((value) => value !== undefined),
      ...pager('/alerts', page, asked),
    };
  }

  @Get(':id')
  @Render('alerts/show')
  async show(@Param('id') id: string): Promise<object> {
    return this.pageOf(pathId(id), freshForm());
  }

  @Post(':id/state')
  async changeState(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const alertId = pathId(id);
    await submitForm({
      request,
      response,
      action: async () => {
        const change = validateDto(ChangeAlertDto, alertChangeFromForm(fieldsOf(request)));
        const alert = await this.alerts.change(alertId, change, actorName(request));
        return alert.version !== change.version;
      },
      onDone: (isChanged) => ({
        to: `/alerts/${showId(alertId)}`,
        flash: t(isChanged ? 'alert.flash.changed' : 'alert.flash.unchanged'),
      }),
      onError: (form) => this.again(alertId, form),
    });
  }

  @Post(':id/comments')
  async comment(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const alertId = pathId(id);
    await submitForm({
      request,
      response,
      action: () => {
        const { text } = validateDto(CommentDto, commentFromForm(fieldsOf(request)));
        return this.alerts.comment(alertId, text, actorName(request));
      },
      onDone: () => ({
        to: `/alerts/${showId(alertId)}`,
        flash: t('alert.flash.commented'),
      }),
      onError: (form) => this.again(alertId, form),
    });
  }

  private async again(id: number, form: FormState): Promise<{ view: string; model: object }> {
    return { view: 'alerts/show', model: await this.pageOf(id, form) };
  }

  private async pageOf(id: number, form: FormState): Promise<object> {
    const enriched = await this.enrichment.enrichOne(await this.alerts.get(id));
    const unknown = enriched.detections.filter(({ vendor }) => !vendor);
    const similar = await this.nearMisses.vendorsFor(unknown.map(({ engine }) => engine));
    return alertPage(enriched, await this.timeline.of(id), form, similar);
  }
}

function fieldsOf(request: Request): Record<string, unknown> {
  return (request.body ?? {}) as Record<string, unknown>;
}

/** Without a filter the list shows what needs work. */
function statesOf(state: AlertState | 'all' | undefined): readonly AlertState[] {
  if (state === undefined) return ALERT_STATES.filter((one) => !isSettled(one));
  return state === 'all' ? [] : [state];
}

import { Controller, Get, Query, Render } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import { pager } from '../web/pager.js';
import { translator } from '../web/translator.js';
import { AlertEnrichment } from './alert-enrichment.service.js';
import { alertRow } from './alert-page.view.js';
import { AlertPageQuery } from './alert.dto.js';
import { ALERT_STATES, type AlertState, isSettled, SEVERITIES } from './alert.rules.js';
import { AlertService } from './alert.service.js';

const t = translator();

/** The list of alerts; the page of one shows scans too, and is theirs. */
@ApiExcludeController()
@Controller('alerts')
export class AlertPages {
  constructor(
    private readonly alerts: AlertService,
    private readonly enrichment: AlertEnrichment,
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
}

/** Without a filter the list shows what needs work. */
function statesOf(state: AlertState | 'all' | undefined): readonly AlertState[] {
  if (state === undefined) return ALERT_STATES.filter((one) => !isSettled(one));
  return state === 'all' ? [] : [state];
}

import { Controller, Get, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UserService } from '../access/user.service.js';
import { Clock } from '../config/clock.js';
import { chosenOf } from '../vendor/chosen.rules.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { sendDownload } from '../web/download.js';
import { addFlash } from '../web/flash.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { showId } from '../web/ids.js';
import { pager } from '../web/pager.js';
import { actorName } from '../web/request.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { bulkChange } from './alert-bulk.dto.js';
import { AlertBulk, type BulkOutcome } from './alert-bulk.service.js';
import { AlertExport } from './alert-export.service.js';
import { AlertLists } from './alert-list.service.js';
import { askedOf, bulkForm, alertRow } from './alert-list.view.js';
import { AlertPageQuery, pageFilter } from './alert-query.dto.js';
import { ALERT_STATES, SEVERITIES } from './alert.rules.js';

const t = translator();
const VIEW = 'alerts/index';

/** So many refusals are told one by one. */
const MOST_TOLD = 20;

/** The list of alerts, as a file too, and changes of several; the page of one shows scans too. */
@ApiExcludeController()
@Controller('alerts')
export class AlertPages {
  constructor(
    private readonly lists: AlertLists,
    private readonly exported: AlertExport,
    private readonly bulk: AlertBulk,
    private readonly users: UserService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Render(VIEW)
  async index(@Query() query: AlertPageQuery): Promise<object> {
    return this.model(query, freshForm());
  }

  /** The limit of a page is none of the file's: it holds all that is meant. */
  @Get('export')
  async export(@Query() query: AlertPageQuery, @Res() response: Response): Promise<void> {
    await sendDownload(response, this.exported.csv(pageFilter(query, this.clock.now())));
  }

  /** One change of several alerts; each that is refused is told. */
  @Post('bulk')
  async change(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = (request.body ?? {}) as Record<string, unknown>;
    const back = queryOf(form.back);
    await submitForm({
      request,
      response,
      action: async () => {
        const { chosen, change } = bulkChange(form);
        return this.bulk.change(chosen, change, actorName(request));
      },
      onDone: (outcome) => {
        tell(request, outcome);
        const asked = new URLSearchParams(back).toString();
        return { to: asked === '' ? '/alerts' : `/alerts?${asked}` };
      },
      onError: async (state) => ({
        view: VIEW,
        model: await this.model(validateDto(AlertPageQuery, back), state),
      }),
    });
  }

  private async model(query: AlertPageQuery, form: FormState): Promise<object> {
    const page = await this.lists.page(pageFilter(query, this.clock.now()), query);
    const asked = askedOf(query);
    const { limit, cursor, ...filter } = asked;
    const chosen = new Set(chosenOf(form.values.alerts));
    const filterText = new URLSearchParams(filter).toString();
    return {
      ...form,
      pageTitle: t('alert.title'),
      alerts: page.items.map((alert) => alertRow(alert, chosen)),
      states: ALERT_STATES,
      severities: SEVERITIES,
      assignees: await this.users.activeEmails(),
      filter,
      isFiltered: filterText !== '',
      hasMoreFilters: Object.keys(filter).some((name) => name !== 'state' && name !== 'severity'),
      exportHref: `/alerts/export${filterText && `?${filterText}`}`,
      back: new URLSearchParams(asked).toString(),
      bulk: bulkForm(form),
      ...pager('/alerts', page, { ...filter, limit, cursor }),
    };
  }
}

function tell(request: Request, { changed, unchanged, refused }: BulkOutcome): void {
  if (changed > 0) addFlash(request, 'success', t('alert.bulk.changed', { count: changed }));
  if (unchanged > 0) addFlash(request, 'warning', t('alert.bulk.unchanged', { count: unchanged }));
  for (const { id, why } of refused.slice(0, MOST_TOLD)) {
    addFlash(request, 'error', t('alert.bulk.refused', { id: showId(id), why }));
  }
  const more = refused.length - MOST_TOLD;
  if (more > 0) addFlash(request, 'error', t('alert.bulk.refusedMore', { count: more }));
}

/** The list's query that the form brought along. */
function queryOf(back: unknown): Record<string, string> {
  return typeof back === 'string' && back.length <= 4000
    ? Object.fromEntries(new URLSearchParams(back))
    : {};
}

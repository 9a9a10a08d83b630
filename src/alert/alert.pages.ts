import { Controller, Get, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UserService } from '../access/user.service.js';
import { Clock } from '../config/clock.js';
import { chosenOf } from '../vendor/chosen.rules.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { backOf, type BulkWords, tellBulk } from '../web/bulk.js';
import { sendDownload } from '../web/download.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { showId } from '../web/ids.js';
import { listAddress } from '../web/list-address.js';
import { pager } from '../web/pager.js';
import { actorName } from '../web/request.js';
import { sorting } from '../web/sorting.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { bulkChange } from './alert-bulk.dto.js';
import { AlertBulk } from './alert-bulk.service.js';
import { ALERT_LABELS } from './alert-form.rules.js';
import { AlertExport } from './alert-export.service.js';
import { AlertLists } from './alert-list.service.js';
import { askedOf, bulkForm, alertRow } from './alert-list.view.js';
import { AlertPageQuery, pageFilter } from './alert-query.dto.js';
import { ALERT_SORT, ALERT_SORTS } from './alert-sort.js';
import { ALERT_STATES, SEVERITIES } from './alert.rules.js';

const t = translator();
const VIEW = 'alerts/index';

const WORDS: BulkWords = {
  changed: (count) => t('alert.bulk.changed', { count }),
  unchanged: (count) => t('alert.bulk.unchanged', { count }),
  refused: (id, why) => t('alert.bulk.refused', { id: showId(id), why }),
};

/** Filters that need not be unfolded; that of a platform has no field. */
const ALWAYS_SHOWN: ReadonlySet<string> = new Set(['state', 'severity', 'search', 'platformId']);

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
    await sendDownload(
      response,
      this.exported.csv(pageFilter(query, this.clock.now()), query.sort),
    );
  }

  /** One change of several alerts; each that is refused is told. */
  @Post('bulk')
  async change(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = (request.body ?? {}) as Record<string, unknown>;
    const back = backOf(form.back);
    await submitForm({
      request,
      response,
      labels: ALERT_LABELS,
      action: async () => {
        const { chosen, change } = bulkChange(form);
        return this.bulk.change(chosen, change, actorName(request));
      },
      onDone: (outcome) => {
        tellBulk(request, outcome, WORDS);
        return { to: listAddress('/alerts', back) };
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
    const { sort, limit, cursor, ...filter } = asked;
    const chosen = new Set(chosenOf(form.values.alerts));
    return {
      ...form,
      pageTitle: t('alert.title'),
      alerts: page.items.map((alert) => alertRow(alert, chosen)),
      states: ALERT_STATES,
      severities: SEVERITIES,
      assignees: await this.users.activeEmails(),
      filter,
      isFiltered: Object.keys(filter).length > 0,
      hasMoreFilters: Object.keys(filter).some((name) => !ALWAYS_SHOWN.has(name)),
      scripts: ['js/choose-all.js'],
      exportHref: listAddress('/alerts/export', { ...filter, sort }),
      ...sorting({
        path: '/alerts',
        sorts: ALERT_SORTS,
        labels: {
          severity: t('alert.severityLabel'),
          openedAt: t('alert.openedAt'),
          updatedAt: t('alert.updatedAt'),
        },
        usual: ALERT_SORT,
        asked,
      }),
      back: new URLSearchParams(asked).toString(),
      bulk: bulkForm(form),
      ...pager('/alerts', page, { ...filter, sort, limit, cursor }),
    };
  }
}

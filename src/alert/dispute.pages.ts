import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from '../config/clock.js';
import { VendorService } from '../vendor/vendor.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { sendDownload } from '../web/download.js';
import { freshForm, type FormState, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { listAddress } from '../web/list-address.js';
import { listCsv } from '../web/list-csv.js';
import { pager } from '../web/pager.js';
import { actorName } from '../web/request.js';
import { sorting } from '../web/sorting.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { AlertDossiers } from './alert-dossier.service.js';
import { DISPUTE_COLUMNS } from './dispute-csv.view.js';
import { DISPUTE_SORTS } from './dispute-sort.js';
import { ChangeDisputeDto, DISPUTE_SHOWS, DisputeQuery } from './dispute.dto.js';
import { DISPUTE_LABELS, disputeFromForm } from './dispute-form.rules.js';
import { DisputeList, SHOWN, usualSort } from './dispute-list.service.js';
import { disputePage } from './dispute-one.view.js';
import { disputeRow } from './dispute-page.view.js';
import { dayOf } from './dispute.rules.js';
import { DisputeService } from './dispute.service.js';

const t = translator();
const VIEW = 'disputes/show';

/** Who has been asked and what is due, and the form that records it for one detection. */
@ApiExcludeController()
@Controller()
export class DisputePages {
  constructor(
    private readonly disputes: DisputeService,
    private readonly list: DisputeList,
    private readonly dossiers: AlertDossiers,
    private readonly vendors: VendorService,
    private readonly clock: Clock,
  ) {}

  @Get('disputes')
  @Render('disputes/index')
  async index(@Query() query: DisputeQuery): Promise<object> {
    const { show, vendor, sort, limit, cursor } = query;
    const asked = { show, vendor, sort, limit };
    const page = await this.list.page(query);
    const delisting = await this.list.delisting();
    const names = page.items.map(({ dispute }) => dispute.engine?.name ?? '');
    const vendors = await this.vendors.findByNames(
      names.concat(delisting.map(({ engine }) => engine)),
    );
    const vendorIds = new Map([...vendors].map(([name, { id }]) => [name, id]));
    const today = dayOf(this.clock.now());
    const dueCount = await this.list.dueCount();
    return {
      pageTitle: t('dispute.title'),
      disputes: page.items.map((one) => disputeRow(one, vendorIds, today)),
      dueText: dueCount > 0 && show !== 'due' ? t('dispute.dueCount', { count: dueCount }) : '',
      shows: DISPUTE_SHOWS,
      vendors: await this.list.vendors(),
      filter: { show: show ?? SHOWN, vendor },
      isFiltered: show !== undefined || vendor !== undefined,
      delisting: delisting.map(({ engine, medianDays, cases }) => ({
        engine,
        vendorHref: vendorIds.has(engine) ? `/vendor/${showId(vendorIds.get(engine) ?? 0)}` : '',
        days: medianDays === null ? '' : Math.round(medianDays * 10) / 10,
        cases,
      })),
      exportHref: listAddress('/disputes/export', { show, vendor, sort }),
      ...sorting({
        path: '/disputes',
        sorts: DISPUTE_SORTS,
        labels: { reportedAt: t('dispute.reportedAt'), followUpOn: t('dispute.followUpOn') },
        usual: usualSort(show ?? SHOWN),
        asked,
      }),
      ...pager('/disputes', page, { ...asked, cursor }),
    };
  }

  /** The limit of a page is none of the file's: it holds all that is meant. */
  @Get('disputes/export')
  async export(@Query() query: DisputeQuery, @Res() response: Response): Promise<void> {
    const batches = this.list.batches(query);
    await sendDownload(response, listCsv('oju-disputes', DISPUTE_COLUMNS, batches));
  }

  @Get('alerts/:id/detections/:detectionId/dispute')
  @Render(VIEW)
  async show(@Param('id') id: string, @Param('detectionId') detectionId: string): Promise<object> {
    return this.model(pathId(id), pathId(detectionId), freshForm());
  }

  @Post('alerts/:id/detections/:detectionId/dispute')
  async change(
    @Param('id') id: string,
    @Param('detectionId') detectionId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const [alertId, ofId] = [pathId(id), pathId(detectionId)];
    await submitForm({
      request,
      response,
      labels: DISPUTE_LABELS,
      action: async () => {
        const body = (request.body ?? {}) as Record<string, unknown>;
        const change = validateDto(ChangeDisputeDto, disputeFromForm(body));
        // Emptied in the form it is the vendor's own contact again.
        if (change.contact?.trim() === '') delete change.contact;
        const alert = await this.disputes.set(alertId, ofId, change, actorName(request));
        return alert.version !== change.version;
      },
      onDone: (isChanged) => ({
        to: `/alerts/${showId(alertId)}`,
        flash: t(isChanged ? 'dispute.flash.changed' : 'dispute.flash.unchanged'),
      }),
      onError: async (form) => ({ view: VIEW, model: await this.model(alertId, ofId, form) }),
    });
  }

  private async model(alertId: number, detectionId: number, form: FormState): Promise<object> {
    return disputePage(await this.dossiers.of(alertId), detectionId, form);
  }
}

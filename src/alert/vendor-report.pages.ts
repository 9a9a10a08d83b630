import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EngineNames } from '../vendor/engine-names.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { freshForm, type FormState, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { actorName } from '../web/request.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { AlertDossiers } from './alert-dossier.service.js';
import { ChangeDisputeDto, LetterQuery } from './dispute.dto.js';
import { DISPUTE_LABELS, disputeFromForm } from './dispute-form.rules.js';
import { DisputeService } from './dispute.service.js';
import { detectionOf } from './dossier-parts.js';
import { EngineFigureService } from './engine-figures.service.js';
import type { LetterLanguage } from './vendor-letter.js';
import { vendorReportPage } from './vendor-report.view.js';

const t = translator();
const VIEW = 'disputes/report';

/** The ready text to a vendor about one detection, and the record that it was asked. */
@ApiExcludeController()
@Controller('alerts/:id/detections/:detectionId/report')
export class VendorReportPages {
  constructor(
    private readonly disputes: DisputeService,
    private readonly dossiers: AlertDossiers,
    private readonly names: EngineNames,
    private readonly figures: EngineFigureService,
  ) {}

  @Get()
  @Render(VIEW)
  async show(
    @Param('id') id: string,
    @Param('detectionId') detectionId: string,
    @Query() { lang }: LetterQuery,
  ): Promise<object> {
    return this.model(pathId(id), pathId(detectionId), freshForm(), lang ?? 'en');
  }

  @Post()
  async record(
    @Param('id') id: string,
    @Param('detectionId') detectionId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const [alertId, ofId] = [pathId(id), pathId(detectionId)];
    const body = (request.body ?? {}) as Record<string, unknown>;
    const language = body.lang === 'fr' ? 'fr' : 'en';
    if (body.step === 'text') {
      // Nothing is recorded: the same page, its links made from the text as it was edited.
      const model = await this.model(alertId, ofId, freshForm(body), language);
      response.status(200).render(VIEW, model);
      return;
    }
    await submitForm({
      request,
      response,
      labels: DISPUTE_LABELS,
      action: async () => {
        const change = { ...disputeFromForm(body), state: 'reported' };
        const asked = validateDto(ChangeDisputeDto, change);
        const report = Object.assign(asked, { isAskedAgain: true });
        await this.disputes.set(alertId, ofId, report, actorName(request));
      },
      onDone: () => ({ to: `/alerts/${showId(alertId)}`, flash: t('dispute.flash.changed') }),
      onError: async (form) => ({
        view: VIEW,
        model: await this.model(alertId, ofId, form, language),
      }),
    });
  }

  private async model(
    alertId: number,
    detectionId: number,
    form: FormState,
    language: LetterLanguage,
  ): Promise<object> {
    const dossier = await this.dossiers.of(alertId);
    const { engine } = detectionOf(dossier, detectionId);
    const { now } = await this.figures.of(await this.names.idsOfLine(engine));
    return vendorReportPage(dossier, detectionId, form, language, now);
  }
}

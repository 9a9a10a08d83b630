import { Controller, Get, Param, Post, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UserService } from '../access/user.service.js';
import { AlertDossiers } from '../alert/alert-dossier.service.js';
import { ALERT_LABELS, alertChangeFromForm, commentFromForm } from '../alert/alert-form.rules.js';
import { alertPage } from '../alert/alert-page.view.js';
import { ChangeAlertDto, CommentDto } from '../alert/alert.dto.js';
import { AlertService } from '../alert/alert.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { freshForm, type FormState, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { PageQuery } from '../web/paging.js';
import { actorName } from '../web/request.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { PlatformVerdicts } from './platform-verdicts.service.js';
import { pastScanRow } from './scan-page.view.js';

const t = translator();
const VIEW = 'alerts/show';

/** The page of one alert, with what the last scan said and the forms that work it. */
@ApiExcludeController()
@Controller('alerts')
export class AlertShowPages {
  constructor(
    private readonly alerts: AlertService,
    private readonly dossiers: AlertDossiers,
    private readonly verdicts: PlatformVerdicts,
    private readonly users: UserService,
  ) {}

  @Get(':id')
  @Render(VIEW)
  async show(@Param('id') id: string): Promise<object> {
    return this.model(pathId(id), freshForm());
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
      labels: ALERT_LABELS,
      action: async () => {
        const fields = fieldsOf(request);
        const body = alertChangeFromForm(fields);
        if (fields.toMe === 'true') body.assignee = actorName(request);
        const change = validateDto(ChangeAlertDto, body);
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
      labels: ALERT_LABELS,
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
    return { view: VIEW, model: await this.model(id, form) };
  }

  private async model(id: number, form: FormState): Promise<object> {
    const dossier = await this.dossiers.of(id);
    const { id: platformId, isActive, archivedAt } = dossier.enriched.platform;
    const newest = Object.assign(new PageQuery(), { limit: 1 });
    const [last] = (await this.verdicts.past(platformId, newest)).items;
    return {
      ...alertPage(dossier, form),
      canScan: isActive && archivedAt === null,
      assignees: await this.users.activeEmails(),
      lastScan: last ? pastScanRow(last) : null,
    };
  }
}

function fieldsOf(request: Request): Record<string, unknown> {
  return (request.body ?? {}) as Record<string, unknown>;
}

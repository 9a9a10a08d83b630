import { Body, Controller, Get, Post, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import type { Request, Response } from 'express';
import type { VirusTotalSettings } from '../virustotal/virustotal-settings.entity.js';
import { statusOf } from '../virustotal/virustotal-settings.service.js';
import { toNextStep } from '../web/flash.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { SETTINGS_LABELS, settingsFromForm } from './integration-form.rules.js';
import { IntegrationChanges } from './integration-changes.service.js';
import { SettingsBody, VerifyBody } from './integration.dto.js';
import { IntegrationService } from './integration.service.js';
import { type IntegrationView, integrationView, verificationView } from './integration.view.js';

type Form = Record<string, unknown>;

const LIST_PATH = '/config/integrations';
const FORM_PATH = '/config/integrations/virustotal';
const SECRET_FIELDS = ['apiKey'];

/** The integration's card with its form in place, and the same form as a page. */
@ApiExcludeController()
@Controller('config/integrations')
export class IntegrationPages {
  constructor(
    private readonly integration: IntegrationService,
    private readonly changes: IntegrationChanges,
  ) {}

  @Get()
  @Render('integrations/index')
  async index(): Promise<object> {
    return this.model(LIST_PATH);
  }

  @Post()
  async saveInPlace(@Req() request: Request, @Res() response: Response, @Body() form: Form) {
    await this.save(request, response, form, LIST_PATH);
  }

  @Get('virustotal')
  @Render('integrations/virustotal')
  async show(): Promise<object> {
    return this.model(FORM_PATH);
  }

  @Post('virustotal')
  async saveOnPage(@Req() request: Request, @Res() response: Response, @Body() form: Form) {
    await this.save(request, response, form, FORM_PATH);
  }

  /** Tries the typed key, or the stored one; nothing is saved. */
  @Post('virustotal/verify')
  async verify(@Req() request: Request, @Res() response: Response) {
    const { apiKey: given } = (request.body ?? {}) as Form;
    const typed = typeof given === 'string' ? given.trim() : '';
    const t = translator();
    await submitForm({
      request,
      response,
      secretFields: SECRET_FIELDS,
      labels: SETTINGS_LABELS,
      action: async () => {
        const { apiKey } = validateDto(VerifyBody, typed === '' ? {} : { apiKey: typed });
        return verificationView(await this.changes.test(apiKey));
      },
      onDone: ({ valid, reason }) => ({
        to: FORM_PATH,
        flash: typed === '' ? reason : `${reason} ${t('integration.form.typedKeyNotKept')}`,
        kind: valid === true ? 'success' : valid === false ? 'error' : 'warning',
      }),
      onError: (state) => this.again(FORM_PATH, state),
    });
  }

  private async save(request: Request, response: Response, form: Form, path: string) {
    await submitForm({
      request,
      response,
      secretFields: SECRET_FIELDS,
      labels: SETTINGS_LABELS,
      action: () => this.saveForm(form),
      onDone: ({ isFirst }) => ({
        to: path,
        flash: translator()('integration.saved'),
        link: isFirst ? toNextStep() : undefined,
      }),
      onError: (state) => this.again(path, state),
    });
  }

  /** @returns whether there is a key now where there was none */
  private async saveForm(form: Form): Promise<{ isFirst: boolean }> {
    const isKnown = () => this.integration.state().then(({ settings }) => hasKey(settings));
    const wasKnown = await isKnown();
    await this.changes.save(validateDto(SettingsBody, settingsFromForm(form)));
    return { isFirst: !wasKnown && (await isKnown()) };
  }

  private async again(path: string, form: FormState): Promise<{ view: string; model: object }> {
    const view = path === LIST_PATH ? 'integrations/index' : 'integrations/virustotal';
    return { view, model: await this.model(path, form) };
  }

  private async model(path: string, form?: FormState): Promise<object> {
    const integration = integrationView(await this.integration.state());
    return {
      pageTitle: translator()(path === LIST_PATH ? 'integration.title' : 'integration.virustotal'),
      integration,
      formAction: path,
      isOpen: form !== undefined,
      frequencies: [1, 2, 3, 4, 5, 6, 7].map((days) => ({
        days,
        label: translator()('integration.form.everyDays', { count: days }),
        isSelected:
          days === Number(form?.values.scanFrequencyDays ?? integration.scanFrequencyDays),
      })),
      ...(form ?? freshForm(formValues(integration))),
    };
  }
}

function hasKey(settings: VirusTotalSettings): boolean {
  return statusOf(settings) !== 'configuration_required';
}

/** Who enters a first key wants it to be used. */
function formValues(integration: IntegrationView): Record<string, unknown> {
  const { active, configured } = integration;
  return { ...Object.fromEntries(Object.entries(integration)), active: active || !configured };
}

import { Controller, Get, Header, Post, Render, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { NotFoundError } from '../web/domain-error.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { translator } from '../web/translator.js';
import { SecondFactorNeededError } from './access.errors.js';
import { AccessSettingsService } from './access-settings.service.js';
import { textField } from './credentials.form.js';
import { OwnAccount } from './own-account.service.js';
import { NO_PASSWORD } from './password.js';
import {
  PRESENT_PASSWORD_LIMIT,
  PresentPasswordThrottlerGuard,
} from './present-password-throttler.guard.js';
import { SecondFactor } from './second-factor.service.js';
import { showOnce, type ShownOnce } from './show-once.js';
import { SIGN_IN_LIMIT } from './sign-in-limit.js';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';

const t = translator();
const PATH = '/profile/second-factor';
const VIEW = 'access/second_factor';
const SECRET_FIELDS = ['presentPassword', 'code'];

/** A user's own second factor: set up, confirmed, taken away. */
@ApiExcludeController()
@Controller('profile/second-factor')
export class SecondFactorPages {
  constructor(
    private readonly account: OwnAccount,
    private readonly secondFactor: SecondFactor,
    private readonly settings: AccessSettingsService,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Render(VIEW)
  async show(@Req() request: Request): Promise<object> {
    return this.model(request, freshForm());
  }

  /** Who has another's session alone must not make the account their own. */
  @Post()
  @UseGuards(PresentPasswordThrottlerGuard)
  @Throttle(PRESENT_PASSWORD_LIMIT)
  async begin(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      secretFields: SECRET_FIELDS,
      action: async () => {
        const user = await this.account.of(request);
        if (user.passwordHash !== NO_PASSWORD) await this.account.assertPresent(user, request);
        await this.secondFactor.begin(user);
      },
      onDone: () => ({ to: PATH, flash: null }),
      onError: async (form) => ({ view: VIEW, model: await this.model(request, form) }),
    });
  }

  /** The answer is no redirect: the recovery codes are shown this once. */
  @Post('confirm')
  @UseGuards(SignInThrottlerGuard)
  @Throttle(SIGN_IN_LIMIT)
  async confirm(@Req() request: Request, @Res() response: Response): Promise<void> {
    await showOnce({
      request,
      response,
      action: async () => {
        const user = await this.account.of(request);
        const code = textField(request.body, 'code').replaceAll(/\s/g, '');
        return codesPage(await this.secondFactor.confirm(user, code), 'access.secondFactor.isOn');
      },
      onError: async (form) => ({ view: VIEW, model: await this.model(request, form) }),
    });
  }

  @Post('codes')
  @UseGuards(PresentPasswordThrottlerGuard)
  @Throttle(PRESENT_PASSWORD_LIMIT)
  async renewCodes(@Req() request: Request, @Res() response: Response): Promise<void> {
    await showOnce({
      request,
      response,
      action: async () => {
        const user = await this.account.of(request);
        await this.account.assertPresent(user, request);
        if (user.totpEnabledAt === null) throw new NotFoundError();
        const codes = await this.secondFactor.renewCodes(user);
        return codesPage(codes, 'access.secondFactor.codesRenewed');
      },
      onError: async (form) => ({ view: VIEW, model: await this.model(request, form) }),
    });
  }

  @Post('remove')
  @UseGuards(PresentPasswordThrottlerGuard)
  @Throttle(PRESENT_PASSWORD_LIMIT)
  async remove(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      secretFields: SECRET_FIELDS,
      action: async () => {
        const user = await this.account.of(request);
        await this.account.assertPresent(user, request);
        if (await this.settings.isSecondFactorRequired()) throw new SecondFactorNeededError();
        await this.secondFactor.remove(user);
      },
      onDone: () => ({ to: '/profile', flash: t('access.secondFactor.isOff') }),
      onError: async (form) => ({ view: VIEW, model: await this.model(request, form) }),
    });
  }

  private async model(request: Request, form: FormState): Promise<object> {
    const user = await this.account.of(request);
    return {
      ...form,
      pageTitle: t('access.secondFactor.title'),
      isOn: user.totpEnabledAt !== null,
      hasPassword: user.passwordHash !== NO_PASSWORD,
      setUp: await this.secondFactor.setUp(user),
      codesLeft: await this.secondFactor.codesLeft(user),
      isRequired: await this.settings.isSecondFactorRequired(),
    };
  }
}

function codesPage(
  codes: string[],
  title: 'access.secondFactor.isOn' | 'access.secondFactor.codesRenewed',
): ShownOnce {
  return {
    pageTitle: t(title),
    about: t('access.secondFactor.codesAbout'),
    note: t('access.secondFactor.codesNote'),
    secrets: codes,
    backHref: '/profile',
  };
}

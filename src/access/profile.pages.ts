import { Controller, Get, Param, Post, Render, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { addFlash } from '../web/flash.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { LANGUAGES } from '../web/language.js';
import { TIME_ZONES } from '../web/time-zones.js';
import { translator } from '../web/translator.js';
import { AccessSettingsService } from './access-settings.service.js';
import { OwnAccount } from './own-account.service.js';
import {
  PRESENT_PASSWORD_LIMIT,
  PresentPasswordThrottlerGuard,
} from './present-password-throttler.guard.js';
import { ReaderChoice } from './reader-choice.service.js';
import { sessionRow } from './session.view.js';
import { SessionService } from './session.service.js';
import { SecondFactor } from './second-factor.service.js';
import { endSession, identify, startSession } from './sign-in.js';
import { userRow } from './user.view.js';

const t = translator();
const PATH = '/profile';

/** What users do with their own account: the language, the password, and where they are signed in. */
@ApiExcludeController()
@Controller('profile')
export class ProfilePages {
  constructor(
    private readonly account: OwnAccount,
    private readonly sessions: SessionService,
    private readonly secondFactor: SecondFactor,
    private readonly settings: AccessSettingsService,
    private readonly choice: ReaderChoice,
  ) {}

  @Get()
  @Render('access/profile')
  async show(@Req() request: Request): Promise<object> {
    return this.model(request, freshForm());
  }

  @Post()
  async chooseReader(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      action: async () => {
        const user = await this.account.of(request);
        // What is said of it is said in the new language.
        identify(request, await this.choice.save(user, request.body));
      },
      onDone: () => ({ to: PATH, flash: t('access.profile.readerChanged') }),
      onError: async (form) => ({
        view: 'access/profile',
        model: await this.model(request, form),
      }),
    });
  }

  @Post('password')
  @UseGuards(PresentPasswordThrottlerGuard)
  @Throttle(PRESENT_PASSWORD_LIMIT)
  async changePassword(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      secretFields: ['presentPassword', 'password'],
      action: async () => {
        const user = await this.account.of(request);
        await this.account.changePassword(user, request);
        // All sessions have ended, this one with them.
        await startSession(request, user);
      },
      onDone: () => ({ to: PATH, flash: t('access.profile.passwordChanged') }),
      onError: async (form) => ({
        view: 'access/profile',
        model: await this.model(request, form),
      }),
    });
  }

  @Post('sessions/:handle/end')
  async end(
    @Param('handle') handle: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { id } = await this.account.of(request);
    await this.sessions.end(id, handle);
    addFlash(request, 'success', t('access.profile.sessionEnded'));
    response.redirect(303, PATH);
  }

  @Post('sessions/end')
  async endAll(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { id } = await this.account.of(request);
    await this.sessions.endAll(id);
    await endSession(request);
    addFlash(request, 'success', t('access.profile.signedOutEverywhere'));
    response.redirect(303, '/login');
  }

  private async model(request: Request, form: FormState): Promise<object> {
    const user = await this.account.of(request);
    const sessions = await this.sessions.of(user.id, request.sessionID);
    return {
      ...form,
      values: { language: user.language, timeZone: user.timeZone, ...form.values },
      languages: LANGUAGES,
      timeZones: TIME_ZONES,
      pageTitle: t('access.profile.title'),
      user: userRow(user),
      sessions: sessions.map(sessionRow),
      codesLeft: await this.secondFactor.codesLeft(user),
      isSecondFactorRequired: await this.settings.isSecondFactorRequired(),
    };
  }
}

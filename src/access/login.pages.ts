import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { Clock } from '../config/clock.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { addFlash } from '../web/flash.js';
import { freshForm, submitForm } from '../web/form.js';
import { localPath } from '../web/local-path.rules.js';
import { translator } from '../web/translator.js';
import { WrongCredentialsError } from './access.errors.js';
import { credentialsOf } from './credentials.form.js';
import { readHeld } from './held-form.rules.js';
import { SessionService } from './session.service.js';
import { awaitSecondFactor, endSession, startSession } from './sign-in.js';
import { SIGN_IN_LIMIT, SignInLimit } from './sign-in-limit.js';
import { SignInPage } from './sign-in-page.js';
import { signedIn, toSecondFactor } from './signed-in.js';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';
import { UserService } from './user.service.js';

const t = translator();

/** Signing in and out. */
@ApiExcludeController()
@Controller()
export class LoginPages {
  constructor(
    private readonly users: UserService,
    private readonly sessions: SessionService,
    private readonly limit: SignInLimit,
    private readonly page: SignInPage,
    private readonly clock: Clock,
  ) {}

  @Get('login')
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.actor) {
      response.redirect(303, '/');
    } else if (await this.users.hasUsers()) {
      response.render('access/login', { ...this.page.model(), ...freshForm() });
    } else {
      response.redirect(303, '/setup');
    }
  }

  @Post('login')
  @UseGuards(SignInThrottlerGuard)
  @Throttle(SIGN_IN_LIMIT)
  async signIn(@Req() request: Request, @Res() response: Response): Promise<void> {
    const to = localPath(request.session.returnTo) ?? '/';
    const held = readHeld(request.formControls?._held);
    await submitForm({
      request,
      response,
      secretFields: ['password'],
      action: async () => {
        const { email, password } = credentialsOf(request.body);
        const user = await this.users.authenticate(email, password);
        if (!user) throw new WrongCredentialsError();
        if (user.totpEnabledAt) {
          await this.limit.passed(request);
          await awaitSecondFactor(request, user, this.clock.now());
        } else {
          await this.limit.succeeded(request, user.email);
          await this.users.signedIn(user);
          await startSession(request, user);
        }
        return user;
      },
      onDone: ({ email, totpEnabledAt }) =>
        totpEnabledAt ? toSecondFactor(held) : signedIn(email, to, held),
      onError: () => Promise.resolve({ view: 'access/login', model: this.page.model(held) }),
    });
  }

  @Post('logout')
  async signOut(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.sessions.signOut(request.sessionID);
    await endSession(request);
    addFlash(request, 'success', t('access.signedOut'));
    response.redirect(303, '/login');
  }
}

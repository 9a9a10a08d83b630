import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { AppConfig } from '../config/app-config.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { addFlash } from '../web/flash.js';
import { freshForm, submitForm } from '../web/form.js';
import { translator } from '../web/translator.js';
import { WrongCredentialsError } from './access.errors.js';
import { localPath } from './access.rules.js';
import { credentialsOf } from './credentials.form.js';
import { SessionService } from './session.service.js';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';
import { signInPage } from './sign-in-page.js';
import { endSession, startSession } from './sign-in.js';
import { SIGN_IN_LIMIT } from './sign-in-limit.js';
import { UserService } from './user.service.js';

const t = translator();

/** Signing in and out. */
@ApiExcludeController()
@Controller()
export class LoginPages {
  constructor(
    private readonly users: UserService,
    private readonly sessions: SessionService,
    private readonly config: AppConfig,
  ) {}

  @Get('login')
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.actor) {
      response.redirect(303, '/');
    } else if (await this.users.hasUsers()) {
      response.render('access/login', { ...signInPage(this.config), ...freshForm() });
    } else {
      response.redirect(303, '/setup');
    }
  }

  @Post('login')
  @UseGuards(SignInThrottlerGuard)
  @Throttle(SIGN_IN_LIMIT)
  async signIn(@Req() request: Request, @Res() response: Response): Promise<void> {
    const to = localPath(request.session.returnTo) ?? '/';
    await submitForm({
      request,
      response,
      secretFields: ['password'],
      action: async () => {
        const { email, password } = credentialsOf(request.body);
        const user = await this.users.authenticate(email, password);
        if (!user) throw new WrongCredentialsError();
        await startSession(request, user);
        return user;
      },
      onDone: (user) => ({ to, flash: t('access.signedIn', { email: user.email }) }),
      onError: () => Promise.resolve({ view: 'access/login', model: signInPage(this.config) }),
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

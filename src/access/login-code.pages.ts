import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { Clock } from '../config/clock.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { addFlash } from '../web/flash.js';
import { freshForm, submitForm } from '../web/form.js';
import { localPath } from '../web/local-path.rules.js';
import { translator } from '../web/translator.js';
import { WrongCodeError } from './access.errors.js';
import { textField } from './credentials.form.js';
import { type HeldForm, readHeld } from './held-form.rules.js';
import { SecondFactor } from './second-factor.service.js';
import { SecondFactorThrottlerGuard } from './second-factor-throttler.guard.js';
import { mayTryAgain, startSession, waitsForUser } from './sign-in.js';
import { CODE_LIMIT, SignInLimit } from './sign-in-limit.js';
import { SignInPage } from './sign-in-page.js';
import { codeModel, signedIn } from './signed-in.js';
import type { User } from './user.entity.js';
import { UserService } from './user.service.js';

const t = translator();

/** The second page of signing in: nobody is signed in before its code was right. */
@ApiExcludeController()
@Controller('login/code')
export class LoginCodePages {
  constructor(
    private readonly users: UserService,
    private readonly secondFactor: SecondFactor,
    private readonly limit: SignInLimit,
    private readonly page: SignInPage,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.actor) response.redirect(303, '/');
    else if (await this.userOf(request)) response.render('access/login_code', codeModel(null));
    else response.redirect(303, '/login');
  }

  @Post()
  @UseGuards(SecondFactorThrottlerGuard)
  @Throttle(CODE_LIMIT)
  async signIn(@Req() request: Request, @Res() response: Response): Promise<void> {
    const held = readHeld(request.formControls?._held);
    const user = await this.userOf(request);
    if (!user) {
      this.beginAnew(request, response, held);
      return;
    }
    const to = localPath(request.session.returnTo) ?? '/';
    const by = await this.secondFactor.verify(user, textField(request.body, 'code'));
    if (by === null) {
      await this.users.refused(user.email, 'second factor');
      if (!mayTryAgain(request)) {
        this.beginAnew(request, response, held);
        return;
      }
    }
    await submitForm({
      request,
      response,
      secretFields: ['code'],
      action: async () => {
        if (by === null) throw new WrongCodeError();
        await this.limit.succeeded(request, user.email);
        await this.users.signedIn(user, { secondFactor: by });
        await startSession(request, user);
      },
      onDone: () => signedIn(user.email, to, held),
      onError: () => Promise.resolve({ view: 'access/login_code', model: codeModel(held) }),
    });
  }

  private async userOf(request: Request): Promise<User | null> {
    const userId = waitsForUser(request, this.clock.now());
    return userId === null ? null : this.users.findActive(userId);
  }

  private beginAnew(request: Request, response: Response, held: HeldForm | null): void {
    delete request.session.waitsFor;
    addFlash(request, 'error', t('access.signInAnew'));
    if (held === null) response.redirect(303, '/login');
    else response.status(422).render('access/login', { ...this.page.model(held), ...freshForm() });
  }
}

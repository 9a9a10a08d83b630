import { Controller, Get, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { freshForm, submitForm } from '../web/form.js';
import { translator } from '../web/translator.js';
import { AlreadySetUpError, WrongSetupLinkError } from './access.errors.js';
import { credentialsOf } from './credentials.form.js';
import { SetupLink } from './setup-link.js';
import { SIGN_IN_LIMIT, SignInLimit } from './sign-in-limit.js';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';
import { startSession } from './sign-in.js';
import { UserService } from './user.service.js';

const t = translator();

/** Makes the first admin; there is no such page once there is a user. */
@ApiExcludeController()
@Controller('setup')
export class SetupPages {
  constructor(
    private readonly users: UserService,
    private readonly link: SetupLink,
    private readonly limit: SignInLimit,
  ) {}

  @Get()
  async show(@Query('token') token: unknown, @Res() response: Response): Promise<void> {
    if (await this.users.hasUsers()) throw new AlreadySetUpError();
    const pageTitle = t('access.setupTitle');
    if (this.link.accepts(token)) response.render('access/setup', { pageTitle, ...freshForm() });
    else response.render('access/setup_link', { pageTitle });
  }

  @Post()
  @UseGuards(SignInThrottlerGuard)
  @Throttle(SIGN_IN_LIMIT)
  async create(
    @Query('token') token: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (await this.users.hasUsers()) throw new AlreadySetUpError();
    if (!this.link.accepts(token)) throw new WrongSetupLinkError();
    await submitForm({
      request,
      response,
      secretFields: ['password'],
      action: async () => {
        const user = await this.users.createFirstAdmin(credentialsOf(request.body));
        await this.limit.succeeded(request, user.email);
        await this.users.signedIn(user);
        await startSession(request, user);
        return user;
      },
      onDone: (user) => ({ to: '/', flash: t('access.setUp', { email: user.email }) }),
      onError: () =>
        Promise.resolve({ view: 'access/setup', model: { pageTitle: t('access.setupTitle') } }),
    });
  }
}

import { Controller, Get, Header, Param, Post, Render, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { freshForm, submitForm } from '../web/form.js';
import { translator } from '../web/translator.js';
import { textField } from './credentials.form.js';
import { Invites } from './invite.service.js';
import { startSession } from './sign-in.js';
import { SIGN_IN_LIMIT, SignInLimit } from './sign-in-limit.js';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';
import { UserService } from './user.service.js';

const t = translator();

/** Where an invitation leads: the one who was invited chooses a password, and is signed in. */
@ApiExcludeController()
@Controller('invite/:token')
export class InvitePages {
  constructor(
    private readonly invites: Invites,
    private readonly users: UserService,
    private readonly limit: SignInLimit,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Render('access/new_password')
  async show(@Param('token') token: string): Promise<object> {
    const { email } = await this.invites.find(token);
    return { ...model(email), ...freshForm() };
  }

  @Post()
  @UseGuards(SignInThrottlerGuard)
  @Throttle(SIGN_IN_LIMIT)
  async accept(
    @Param('token') token: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { email } = await this.invites.find(token);
    await submitForm({
      request,
      response,
      secretFields: ['password'],
      action: async () => {
        const user = await this.invites.accept(token, textField(request.body, 'password'));
        await this.users.signedIn(user);
        await this.limit.succeeded(request, user.email);
        await startSession(request, user);
      },
      onDone: () => ({ to: '/', flash: t('access.inviteAccepted', { email }) }),
      onError: () => Promise.resolve({ view: 'access/new_password', model: model(email) }),
    });
  }
}

function model(email: string): object {
  return {
    pageTitle: t('access.inviteTitle'),
    intro: t('access.inviteIntro', { email }),
    submit: t('access.inviteAccept'),
    email,
  };
}

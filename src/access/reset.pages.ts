import { Controller, Get, Header, Param, Post, Render, Req, Res, UseGuards } from '@nestjs/common';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { Random } from '../config/random.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { NotFoundError } from '../web/domain-error.js';
import { freshForm, submitForm } from '../web/form.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { textField } from './credentials.form.js';
import { PasswordResets } from './password-reset.service.js';
import { ResetRequests } from './reset-requests.service.js';
import { SIGN_IN_LIMIT, SignInLimit } from './sign-in-limit.js';
import { SignInThrottlerGuard } from './sign-in-throttler.guard.js';
import { EmailDto } from './user.dto.js';

const t = translator();

/** For who forgot the password: asking for a link by mail, and where the link leads. */
@ApiExcludeController()
@Controller('reset')
export class ResetPages {
  constructor(
    private readonly requests: ResetRequests,
    private readonly resets: PasswordResets,
    private readonly limit: SignInLimit,
    private readonly random: Random,
  ) {}

  @Get()
  @Render('access/reset')
  showRequest(): object {
    return { ...this.requestModel(), ...freshForm() };
  }

  /**
   * The same answer, as soon, whether there is such a user or not. By address alone are they counted:
   * else anybody could keep somebody from asking, and a mail goes once in a while as it is.
   */
  @Post()
  @UseGuards(SignInThrottlerGuard)
  @Throttle(SIGN_IN_LIMIT)
  @SkipThrottle({ account: true })
  async request(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (!this.requests.areTaken) throw new NotFoundError();
    await submitForm({
      request,
      response,
      action: () => {
        const { email } = validateDto(EmailDto, { email: textField(request.body, 'email').trim() });
        this.requests.begin(email, closed(response), this.random.next());
        return Promise.resolve(email);
      },
      onDone: (email) => ({ to: '/login', flash: t('access.resetAsked', { email }) }),
      onError: () => Promise.resolve({ view: 'access/reset', model: this.requestModel() }),
    });
  }

  @Get(':token')
  @Header('Cache-Control', 'no-store')
  @Render('access/new_password')
  async show(@Param('token') token: string): Promise<object> {
    const { email } = await this.resets.find(token);
    return { ...resetModel(email), ...freshForm() };
  }

  @Post(':token')
  @UseGuards(SignInThrottlerGuard)
  @Throttle(SIGN_IN_LIMIT)
  async reset(
    @Param('token') token: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { email } = await this.resets.find(token);
    await submitForm({
      request,
      response,
      secretFields: ['password'],
      action: async () => {
        await this.resets.use(token, textField(request.body, 'password'));
        await this.limit.succeeded(request, email);
      },
      onDone: () => ({ to: '/login', flash: t('access.resetDone') }),
      onError: () => Promise.resolve({ view: 'access/new_password', model: resetModel(email) }),
    });
  }

  private requestModel(): object {
    return { pageTitle: t('access.resetTitle'), areTaken: this.requests.areTaken };
  }
}

/** When the answer has gone, or nobody waits for it any more. */
function closed(response: Response): Promise<void> {
  return new Promise((resolve) => response.once('close', resolve));
}

function resetModel(email: string): object {
  return {
    pageTitle: t('access.newPasswordTitle'),
    intro: t('access.newPasswordIntro', { email }),
    submit: t('access.newPasswordSave'),
    email,
  };
}

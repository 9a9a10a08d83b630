import { Controller, Get, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { Clock } from '../../config/clock.js';
import { OutgoingError } from '../../outgoing/outgoing.error.js';
import { ApiExcludeController } from '../../web/api-doc.js';
import { errorResponse } from '../../web/error-response.js';
import { addFlash } from '../../web/flash.js';
import { freshForm } from '../../web/form.js';
import { localPath } from '../../web/local-path.rules.js';
import { translator } from '../../web/translator.js';
import { awaitSecondFactor, startSession } from '../sign-in.js';
import { SignInPage } from '../sign-in-page.js';
import { SignInThrottlerGuard } from '../sign-in-throttler.guard.js';
import { UserService } from '../user.service.js';
import { OidcAccounts, VIA_PROVIDER } from './oidc-account.service.js';
import { OidcClient, type OidcIdentity, type PendingOidc } from './oidc-client.service.js';
import { OidcRefusedError } from './oidc.errors.js';

const t = translator();

/** For the throttler: nothing can be guessed here, but each call makes Oju ask the provider. */
const OIDC_LIMIT = { default: { limit: 30, ttl: 60_000 } };

/** Signing in through an OpenID provider. */
@ApiExcludeController()
@Controller('login/oidc')
@UseGuards(SignInThrottlerGuard)
@Throttle(OIDC_LIMIT)
export class OidcPages {
  constructor(
    private readonly page: SignInPage,
    private readonly clock: Clock,
    private readonly client: OidcClient,
    private readonly accounts: OidcAccounts,
    private readonly users: UserService,
  ) {}

  @Get()
  async begin(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.orSayWhy(response, async () => {
      const { to, pending } = await this.client.begin();
      request.session.oidc = pending;
      response.redirect(303, to.href);
    });
  }

  @Get('callback')
  async finish(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.orSayWhy(response, async () => {
      const { oidc: pending, returnTo } = request.session;
      // Good for one answer: the same one again finds nothing.
      delete request.session.oidc;
      const identity = await this.identityOf(request, pending);
      const user = await this.accounts.signIn(identity);
      if (user.totpEnabledAt) {
        await awaitSecondFactor(request, user, this.clock.now());
        response.redirect(303, '/login/code');
        return;
      }
      await this.users.signedIn(user, VIA_PROVIDER);
      await startSession(request, user, { isVouchedFor: true });
      addFlash(request, 'success', t('access.signedIn', { email: user.email }));
      response.redirect(303, localPath(returnTo) ?? '/');
    });
  }

  private async identityOf(request: Request, pending?: PendingOidc): Promise<OidcIdentity> {
    try {
      return await this.client.finish(new URL(request.originalUrl, 'x:/').search, pending);
    } catch (error) {
      if (error instanceof OidcRefusedError) await this.accounts.refusedUnknown(error.refusal);
      throw error;
    }
  }

  /** The sign-in page again, with the reason above the form. */
  private async orSayWhy(response: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof OidcRefusedError) && !(error instanceof OutgoingError)) throw error;
      const { status, detail, params } = errorResponse(error);
      response.status(status).render('access/login', {
        ...this.page.model(),
        ...freshForm(),
        oidcError: t(detail, params),
      });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import { translator } from '../web/translator.js';
import { ResetRequests } from './reset-requests.service.js';

const t = translator();

/** What the sign-in page shows beside its form. */
@Injectable()
export class SignInPage {
  constructor(
    private readonly config: AppConfig,
    private readonly resets: ResetRequests,
  ) {}

  model(): object {
    return {
      pageTitle: t('access.loginTitle'),
      areResetsMailed: this.resets.areTaken,
      oidcName: this.config.oidc?.name ?? null,
    };
  }
}

import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import { translator } from '../web/translator.js';
import { type HeldForm, writeHeld } from './held-form.rules.js';
import { ResetRequests } from './reset-requests.service.js';

const t = translator();

/** What the sign-in page shows beside its form. */
@Injectable()
export class SignInPage {
  constructor(
    private readonly config: AppConfig,
    private readonly resets: ResetRequests,
  ) {}

  /** @param held a form that waits until whoever filled it in is signed in again */
  model(held: HeldForm | null = null): object {
    return {
      pageTitle: t(held === null ? 'access.loginTitle' : 'access.signedOutTitle'),
      ...heldModel(held),
      areResetsMailed: this.resets.areTaken,
      oidcName: this.config.oidc?.name ?? null,
    };
  }
}

/** What the pages of a sign-in show of a form that waits. */
export function heldModel(held: HeldForm | null): object {
  return { held, heldText: held === null ? '' : writeHeld(held) };
}

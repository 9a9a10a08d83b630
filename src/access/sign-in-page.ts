import type { AppConfig } from '../config/app-config.js';
import { translator } from '../web/translator.js';

const t = translator();

/** The model of the sign-in page, beside its form's state. */
export function signInPage(config: AppConfig): { pageTitle: string; oidcName: string | null } {
  return { pageTitle: t('access.loginTitle'), oidcName: config.oidc?.name ?? null };
}

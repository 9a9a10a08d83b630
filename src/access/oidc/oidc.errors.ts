import { DomainError } from '../../web/domain-error.js';
import type { en } from '../../web/strings/en.js';

/** Why nobody is signed in; each has its sentence in the language file. */
export type OidcRefusal = keyof typeof en.access.oidc.error;

/** A sign-in through the provider that does not come to be. */
export class OidcRefusedError extends DomainError {
  /** @param params what the sentence's placeholders stand for: the provider's name, its reason */
  constructor(
    readonly refusal: OidcRefusal,
    params: Record<string, string> = {},
  ) {
    super('forbidden', 'ACCESS.OIDC_REFUSED', `access.oidc.error.${refusal}`, { params });
  }
}

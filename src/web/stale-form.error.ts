import type { Request } from 'express';
import { DomainError } from './domain-error.js';

/**
 * A form whose token is not the session's: somebody signed in since it was opened, or the page stood
 * open for too long. It is shown again as it was filled in, and nothing is done.
 */
export class StaleFormError extends DomainError {
  constructor({ actor }: Request) {
    if (actor?.kind === 'user') {
      super('conflict', 'STALE_FORM', 'error.staleForm', { params: { email: actor.email } });
    } else super('conflict', 'STALE_FORM', 'error.stalePage');
  }
}

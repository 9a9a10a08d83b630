import { DomainError } from '../web/domain-error.js';

/** The integration was to be active without a key. */
export class ActiveWithoutKeyError extends DomainError {
  constructor() {
    super('invalid', 'INTEGRATION.ACTIVE_WITHOUT_KEY', 'error.validation', {
      fields: [{ field: 'active', message: 'integration.error.activeWithoutKey' }],
    });
  }
}

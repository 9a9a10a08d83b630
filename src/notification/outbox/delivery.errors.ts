import { DomainError } from '../../web/domain-error.js';

/** What is on its way already, or whose channel is not in use, cannot be sent again. */
export class RedeliveryRefusedError extends DomainError {
  constructor(why: 'open' | 'channel') {
    super('conflict', 'DELIVERY.REFUSED', `delivery.error.${why}`);
  }
}

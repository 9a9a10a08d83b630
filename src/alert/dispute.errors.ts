import { DomainError } from '../web/domain-error.js';
import type { DisputeComplaint } from './dispute.rules.js';

/** A change that a dispute does not admit. */
export class DisputeRefusedError extends DomainError {
  constructor(complaint: DisputeComplaint) {
    super('invalid', 'ALERT.DISPUTE_REFUSED', 'error.validation', { fields: [complaint] });
  }
}

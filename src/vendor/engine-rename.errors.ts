import { DomainError } from '../web/domain-error.js';

/** The two cannot be names of one engine: one was renamed already, or it would become its own. */
export class RenameRefusedError extends DomainError {
  constructor() {
    super('conflict', 'ENGINE.RENAME_REFUSED', 'engine.error.rename');
  }
}

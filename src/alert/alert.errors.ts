import { DomainError } from '../web/domain-error.js';
import type { StringKey } from '../web/strings/string-key.js';

/** The alert was changed by someone else since the caller read it. */
export class AlertChangedError extends DomainError {
  constructor(readonly currentVersion: number) {
    super('conflict', 'ALERT.CHANGED', 'alert.error.changed', {
      params: { currentVersion },
      extra: { currentVersion },
    });
  }
}

/** Another alert of the platform is not settled. */
export class NewerAlertOpenError extends DomainError {
  constructor(alertId: string) {
    super('conflict', 'ALERT.NEWER_OPEN', 'alert.error.newerOpen', {
      params: { alertId },
      extra: { alertId },
    });
  }
}

/** A change of state that an alert does not admit. */
export class StateChangeRefusedError extends DomainError {
  constructor(complaint: { field: string; message: StringKey }) {
    super('invalid', 'ALERT.STATE_CHANGE_REFUSED', 'error.validation', { fields: [complaint] });
  }
}

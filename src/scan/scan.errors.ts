import { DomainError } from '../web/domain-error.js';

/** A scan over all platforms runs; a second one beside it would scan everything twice. */
export class ScanRunningError extends DomainError {
  constructor(readonly scanId: string) {
    super('conflict', 'SCAN.ALREADY_RUNNING', 'scan.error.alreadyRunning', { extra: { scanId } });
  }
}

/** The integration is not active, so that nothing can be submitted. */
export class IntegrationNotActiveError extends DomainError {
  constructor() {
    super('conflict', 'SCAN.INTEGRATION_NOT_ACTIVE', 'scan.error.notActive');
  }
}

/** A named platform is not there, or not active. */
export class PlatformNotScannableError extends DomainError {
  constructor(id: string) {
    super('invalid', 'SCAN.PLATFORM_NOT_SCANNABLE', 'error.validation', {
      fields: [{ field: 'platformIds', message: 'scan.error.platformIds', params: { id } }],
    });
  }
}

/** The scan has ended, so that there is nothing to cancel. */
export class ScanEndedError extends DomainError {
  constructor() {
    super('conflict', 'SCAN.ENDED', 'scan.error.ended');
  }
}

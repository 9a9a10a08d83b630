import { DomainError, ValidationFailed } from '../web/domain-error.js';
import { showId } from '../web/ids.js';
import type { StringKey } from '../web/strings/string-key.js';
import type { Platform } from './platform.entity.js';

/** Thrown when another platform has the same URL, in whatever spelling. */
export class PlatformExistsError extends DomainError {
  constructor(existing: Platform) {
    const message: StringKey =
      existing.archivedAt === null ? 'platform.error.exists' : 'platform.error.existsArchived';
    const params = { name: existing.name };
    super('conflict', 'PLATFORM.ALREADY_EXISTS', message, {
      params,
      fields: [{ field: 'url', message, params }],
      extra: { platformId: showId(existing.id) },
    });
  }
}

/** Thrown when a platform that was removed is to be changed. */
export class PlatformArchivedError extends DomainError {
  constructor() {
    super('conflict', 'PLATFORM.ARCHIVED', 'platform.error.archived');
  }
}

/** Thrown on a URL that cannot be monitored, or can no longer be changed; says what it takes. */
export class PlatformUrlError extends ValidationFailed {
  constructor(message: StringKey) {
    super([{ field: 'url', message }]);
  }
}

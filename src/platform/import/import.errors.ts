import { DomainError, ValidationFailed } from '../../web/domain-error.js';
import type { StringKey } from '../../web/strings/string-key.js';

/** Thrown on a file that cannot be read to its end; says what it takes, and where it is wrong. */
export class ImportFileError extends ValidationFailed {
  constructor(message: StringKey, params: Record<string, string | number> = {}) {
    super([{ field: 'file', message, params }]);
  }
}

/** Thrown when a file with bad rows is to be imported: it is all or nothing. */
export class ImportHasBadRowsError extends DomainError {
  /**
   * @param errors of the rows, as JSON names them
   * @param moreErrors of those rows that are too many to be named one by one
   */
  constructor(bad: number, errors: readonly object[] = [], moreErrors: readonly object[] = []) {
    super('invalid', 'IMPORT.BAD_ROWS', 'import.error.badRows', {
      params: { count: bad },
      extra: { errors, ...(moreErrors.length > 0 ? { moreErrors } : {}) },
    });
  }
}

/** Thrown when a file was imported already, by a second press of the button for one. */
export class ImportDoneError extends DomainError {
  constructor() {
    super('conflict', 'IMPORT.DONE', 'import.error.done');
  }
}

/** Thrown when the database fails in the midst of a large file: the rest is written by itself. */
export class ImportUnfinishedError extends DomainError {
  constructor() {
    super('unavailable', 'IMPORT.UNFINISHED', 'import.error.unfinished');
  }
}

/** Thrown on a body that is neither CSV nor JSON. */
export class ImportTypeError extends DomainError {
  constructor() {
    super('unsupported_media_type', 'UNSUPPORTED_MEDIA_TYPE', 'import.error.type');
  }
}

/** Thrown on a list of URLs with none in it. */
export class UrlListError extends ValidationFailed {
  constructor() {
    super([{ field: 'urls', message: 'import.error.urls' }]);
  }
}

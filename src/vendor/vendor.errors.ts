import { DomainError, ValidationFailed } from '../web/domain-error.js';
import { showId } from '../web/ids.js';
import type { StringKey } from '../web/strings/string-key.js';
import type { Vendor } from './vendor.entity.js';

/** Thrown when another vendor has that very name. */
export class VendorExistsError extends DomainError {
  constructor(existing: Vendor) {
    const message: StringKey = 'vendor.error.exists';
    const params = { name: existing.name };
    super('conflict', 'VENDOR.ALREADY_EXISTS', message, {
      params,
      fields: [{ field: 'name', message, params }],
      extra: { vendorId: showId(existing.id) },
    });
  }
}

/** Thrown on a text that cannot be a vendor's name; says what it takes. */
export class VendorNameError extends ValidationFailed {
  constructor(message: StringKey) {
    super([{ field: 'name', message }]);
  }
}

/** Somebody else changed the vendor since the form was opened. */
export class VendorChangedError extends DomainError {
  constructor() {
    super('conflict', 'VENDOR.CHANGED', 'vendor.error.changed');
  }
}

/** The contact that somebody marked is not the vendor's any more. */
export class ContactChangedError extends DomainError {
  constructor() {
    super('conflict', 'VENDOR.CONTACT_CHANGED', 'vendor.error.contactChanged');
  }
}

/** Thrown when a row of a file is to get a name that another row has. */
export class VendorInFileError extends DomainError {
  constructor(name: string, line: number) {
    const params = { name, line };
    super('conflict', 'VENDOR.ALREADY_IN_FILE', 'import.error.nameTaken', { params });
  }
}

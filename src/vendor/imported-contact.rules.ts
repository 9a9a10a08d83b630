import type { ContactState } from './vendor.entity.js';

/** Whether a contact was tried, when and by whom. */
interface ContactStanding {
  contactState: ContactState;
  contactStateAt: Date | null;
  contactStateBy: string | null;
}

/** The same as a file says it; null for what it does not say. */
interface FileContact {
  contact: string | null;
  contactState: ContactState | null;
  contactStateAt: Date | null;
  contactStateBy: string | null;
}

const UNVERIFIED: ContactStanding = {
  contactState: 'unverified',
  contactStateAt: null,
  contactStateBy: null,
};

/**
 * How the contact of a vendor that is there already stands after an import. What the file says of it
 * is believed of the very contact that is here: another one was not tried by anybody here.
 */
export function standingAfter(
  file: FileContact,
  present: ContactStanding & { contact: string },
): ContactStanding {
  if (file.contact !== null && file.contact !== present.contact) return UNVERIFIED;
  const { contactState, contactStateAt, contactStateBy } = file;
  if (contactState === null) return present;
  return { contactState, contactStateAt, contactStateBy };
}

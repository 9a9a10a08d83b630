import { createHash } from 'node:crypto';

/** A row of the catalogue's file, by its own column names. */
export interface CatalogueRow {
  name: string;
  contact: string;
  false_positive_url: string;
  /** A year, or `before 2025`. */
  last_seen: string;
  comments: string;
}

/** What the catalogue knows of a vendor, as a vendor row takes it. */
export interface CatalogueEntry {
  name: string;
  contact: string;
  comments: string;
  /** VirusTotal's answers had the name in the catalogue's last year. */
  isCurrent: boolean;
  /** Of contact and comments. */
  digest: string;
}

/** The present row of that name, as far as the comparison cares. */
export interface ComparedVendor {
  contact: string;
  comments: string;
  catalogueDigest: string | null;
}

/**
 * How a catalogue's entry stands to the vendor row of its name: `new`: there is none; `same`;
 * `changed`: the row is empty or as the catalogue once had it, and the catalogue has something else;
 * `edited`: somebody wrote something of their own, which the catalogue never replaces.
 */
export type CatalogueStanding = 'new' | 'same' | 'changed' | 'edited';

/** The file's rows as entries: a contact is its addresses and its form for false positives. */
export function catalogueEntries(rows: readonly CatalogueRow[]): CatalogueEntry[] {
  // Other than a year is "before 2025" and the like.
  const years = rows.map(({ last_seen: seen }) => seen).filter((seen) => /^\d{4}$/.test(seen));
  const lastYear = years.sort().at(-1);
  return rows.map(({ name, contact, false_positive_url: page, last_seen: seen, comments }) => {
    const contacts = [contact, page].filter((part) => part !== '').join('; ');
    const isCurrent = seen === lastYear;
    return { name, contact: contacts, comments, isCurrent, digest: digestOf(contacts, comments) };
  });
}

/** How an entry stands to the vendor of its name. @param vendor null when there is none */
export function catalogueStanding(
  { contact, comments, digest }: Pick<CatalogueEntry, 'contact' | 'comments' | 'digest'>,
  vendor: ComparedVendor | null,
): CatalogueStanding {
  if (!vendor) return 'new';
  if (vendor.contact === contact && vendor.comments === comments) return 'same';
  if (vendor.contact === '' && vendor.comments === '') return 'changed';
  const isAsTaken = vendor.catalogueDigest === digestOf(vendor.contact, vendor.comments);
  return isAsTaken && vendor.catalogueDigest !== digest ? 'changed' : 'edited';
}

function digestOf(contact: string, comments: string): string {
  return createHash('sha256')
    .update(JSON.stringify([contact, comments]))
    .digest('hex');
}

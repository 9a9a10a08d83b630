import type { StringKey } from '../../web/strings/string-key.js';
import { translator } from '../../web/translator.js';
import type { ImportKind } from './import.entity.js';
import type { ImportCounts } from './import.service.js';

const t = translator();

/** Of every kind, as a form of it names the column. */
const LABELS: Readonly<Record<string, StringKey>> = {
  name: 'platform.name',
  url: 'platform.url',
  active: 'platform.active',
  ownerName: 'platform.ownerName',
  ownerEmail: 'platform.ownerEmail',
  tags: 'platform.tags',
  notes: 'platform.notes',
  archivedAt: 'import.archivedAt',
  contact: 'vendor.contact',
  comments: 'vendor.comments',
};

/** A message that names its field does so within so many characters: `The owner’s name takes …`. */
const NAMED_WITHIN = 5;

/** What a column of a file is called; one that is none of them stays as it is. */
export function columnLabel(column: string): string {
  const key = Object.hasOwn(LABELS, column) ? LABELS[column] : undefined;
  return key === undefined ? column : t(key);
}

/** What is wrong with a row: with its column in front, unless the message names that itself. */
export function rowErrorInWords(column: string | null, message: string): string {
  if (column === null) return message;
  const label = columnLabel(column);
  const at = message.toLowerCase().indexOf(label.toLowerCase());
  return at >= 0 && at < NAMED_WITHIN ? message : `${label}${t('app.colon')}${message}`;
}

/** How many rows importing a file writes, for the button that does: what there is none of is left out. */
export function rowsToWrite({ new: added, changed }: ImportCounts): string {
  return both(
    added > 0 && t('import.newRows', { count: added }),
    changed > 0 && t('import.changedRows', { count: changed }),
  );
}

/** What importing a file did. */
export function importedInWords(
  kind: Exclude<ImportKind, 'urls'>,
  { new: added, changed }: ImportCounts,
): string {
  const what = both(
    added > 0 && t(`import.${kind}.added`, { count: added }),
    changed > 0 && t(`import.${kind}.changed`, { count: changed }),
  );
  return t(`import.${kind}.flash`, { what });
}

function both(first: string | false, second: string | false): string {
  if (first === false || second === false) return first || second || '';
  return t('import.and', { first, second });
}

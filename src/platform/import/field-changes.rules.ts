import { differences } from '../../access/audit-fields.rules.js';

/** What a row says otherwise than what is there; what it does not say is null, and changes nothing. */
export function fieldChanges(
  present: Readonly<Record<string, unknown>>,
  row: object,
): { field: string; before: string; after: string }[] {
  const said = Object.fromEntries(
    Object.entries(row).filter(([field, value]) => field in present && value !== null),
  );
  const changed = differences(present, { ...present, ...said });
  return Object.keys(changed?.after ?? {}).map((field) => ({
    field,
    before: inWords(changed?.before[field]),
    after: inWords(changed?.after[field]),
  }));
}

function inWords(value: unknown): string {
  if (value == null) return '';
  if (Array.isArray(value)) return value.join(', ');
  return value instanceof Date
    ? value.toISOString()
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}

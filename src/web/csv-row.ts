import { defused } from './csv-formula.rules.js';

/**
 * One line of a CSV file with its line end (RFC 4180). Text that a spreadsheet would run as a
 * formula gets an apostrophe before it (OWASP's advice on CSV injection); numbers are left alone.
 */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = defused(value);
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

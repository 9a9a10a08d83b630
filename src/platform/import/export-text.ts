import { defused } from '../../web/csv-formula.rules.js';
import type { ImportFormat } from './import-file.js';

/** What a row of a file says, by column. */
export type ExportRow = Record<string, string | boolean | null | readonly string[]>;

/** The file of that format which an import takes back without loss, piece by piece. */
export function exportText(
  format: ImportFormat,
  columns: readonly string[],
  batches: AsyncIterable<readonly ExportRow[]>,
): AsyncGenerator<string> {
  return format === 'csv' ? csv(columns, batches) : json(batches);
}

async function* csv(
  columns: readonly string[],
  batches: AsyncIterable<readonly ExportRow[]>,
): AsyncGenerator<string> {
  const { stringify } = await import('csv-stringify/sync');
  const lines = (rows: readonly (readonly string[])[]) =>
    // By itself it quotes no line end but its own. White space at the ends is easily lost elsewhere.
    stringify([...rows], { record_delimiter: 'windows', quoted_match: /[\r\n]|^\s|\s$/ });
  yield lines([columns]);
  for await (const batch of batches) {
    yield lines(batch.map((row) => columns.map((column) => defused(cellOf(row[column])))));
  }
}

function cellOf(value: ExportRow[string] | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return value == null ? '' : value.join(', ');
}

async function* json(batches: AsyncIterable<readonly ExportRow[]>): AsyncGenerator<string> {
  let before = '{ "data": [\n';
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    yield before + batch.map((row) => JSON.stringify(row)).join(',\n');
    before = ',\n';
  }
  yield `${before.startsWith('{') ? before : '\n'}] }\n`;
}

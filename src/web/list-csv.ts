import { csvRow } from './csv-row.js';
import type { Download } from './download.js';

/** What a cell may hold: times are written in UTC as JSON has them, and nothing as an empty cell. */
export type CsvValue = string | number | boolean | Date | null;

/** The columns of a file by their names, in their order: what each holds of a row. */
export type CsvColumns<T> = Readonly<Record<string, (row: T) => CsvValue>>;

/**
 * A list as a CSV file, in which no text is run as a formula; memory does not grow with its length.
 * @param name of the file, without its extension
 * @param batches the rows, a bounded batch at a time
 */
export function listCsv<T>(
  name: string,
  columns: CsvColumns<T>,
  batches: AsyncIterable<readonly T[]>,
): Download {
  return { name: `${name}.csv`, type: 'text/csv', text: lines(columns, batches) };
}

async function* lines<T>(
  columns: CsvColumns<T>,
  batches: AsyncIterable<readonly T[]>,
): AsyncGenerator<string> {
  yield csvRow(Object.keys(columns));
  const cells = Object.values(columns);
  for await (const batch of batches) {
    yield batch.map((row) => csvRow(cells.map((cell) => plain(cell(row))))).join('');
  }
}

function plain(value: CsvValue): string | number | null {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'boolean' ? String(value) : value;
}

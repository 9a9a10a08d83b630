import type { Options } from 'csv-parse';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asItWas } from '../../web/csv-formula.rules.js';
import type { FileRecord } from './import-file.js';
import { ImportFileError } from './import.errors.js';

/** The longest row, bytes: contact and comments of the longest have some 50,000. */
const LONGEST_RECORD = 256 * 1024;
const LINE_END = /\r\n|\n|\r/g;

interface Row {
  record: string[];
  /** Where it begins. */
  line: number;
}

/**
 * The rows of a CSV file, whose first line names its columns in any order. Cells are set apart by
 * commas, semicolons or tabs, as the first line has them; line ends may be of every kind. Text that
 * was defused for spreadsheets is as it was.
 * @param columns that there may be
 * @param needed the one that must be there
 * @throws ImportFileError on a first line that is not like that, and on a quotation mark that is not
 * closed or stands where none may: what comes after it cannot be told apart
 */
export async function* csvRecords(
  text: AsyncIterable<string>,
  columns: readonly string[],
  needed: string,
): AsyncGenerator<FileRecord> {
  let header: string[] | null = null;
  for await (const { record, line } of rows(text)) {
    // Spreadsheets save rows and columns that were emptied, too.
    if (record.every((cell) => cell === '')) continue;
    if (header === null) header = headerOf(withoutEmptyEnd(record), columns, needed);
    else yield { line, values: valuesOf(record, header) };
  }
  if (header === null) throw new ImportFileError('import.error.empty');
}

async function* rows(text: AsyncIterable<string>): AsyncGenerator<Row> {
  const { CsvError, parse } = await import('csv-parse');
  const { delimiter, whole } = await sniffed(text);
  let line = 1;
  // Not csv-parse's own count, which takes a line end of two characters within quotes for two.
  const placed = ({ record, raw }: { record: string[]; raw: string }): Row => {
    const startsAt = line;
    line += raw.match(LINE_END)?.length ?? 0;
    return { record, line: startsAt };
  };
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    raw: true,
    max_record_size: LONGEST_RECORD,
    on_record: placed as unknown as Options['on_record'],
  });
  // What fails in it ends the parser with the same error, and so the loop below.
  pipeline(Readable.from(whole), parser).catch(() => undefined);
  try {
    for await (const row of parser) yield row as Row;
  } catch (error) {
    throw error instanceof CsvError ? fileError(error.code, line) : error;
  }
}

/** No name of a column holds a delimiter, so that the first line tells which one it is. */
async function sniffed(
  text: AsyncIterable<string>,
): Promise<{ delimiter: string; whole: AsyncIterable<string> }> {
  const pieces = text[Symbol.asyncIterator]();
  let start = '';
  while (!/[\r\n]/.test(start) && start.length < LONGEST_RECORD) {
    const piece = await pieces.next();
    if (piece.done === true) break;
    start += piece.value;
  }
  const [firstLine = ''] = start.split(/[\r\n]/, 1);
  const delimiter = [',', ';', '\t'].find((candidate) => firstLine.includes(candidate)) ?? ',';
  async function* whole(): AsyncGenerator<string> {
    yield start;
    for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next()) {
      yield piece.value;
    }
  }
  return { delimiter, whole: whole() };
}

function headerOf(record: readonly string[], columns: readonly string[], needed: string): string[] {
  const header = record.map((cell) => {
    const name = columns.find((column) => column.toLowerCase() === cell.trim().toLowerCase());
    if (name !== undefined) return name;
    throw new ImportFileError('import.error.column', {
      column: cell.slice(0, 100),
      columns: columns.join(', '),
    });
  });
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new ImportFileError('import.error.columnTwice', { column: twice });
  if (!header.includes(needed)) {
    throw new ImportFileError('import.error.columnMissing', { column: needed });
  }
  return header;
}

function withoutEmptyEnd(record: readonly string[]): readonly string[] {
  return record.slice(0, record.findLastIndex((cell) => cell.trim() !== '') + 1);
}

function valuesOf(record: readonly string[], header: readonly string[]) {
  if (record.length < header.length || withoutEmptyEnd(record).length > header.length) return null;
  return Object.fromEntries(header.map((name, index) => [name, asItWas(record[index] ?? '')]));
}

function fileError(code: string, line: number): ImportFileError {
  if (code === 'CSV_MAX_RECORD_SIZE') return new ImportFileError('import.error.longRow', { line });
  return new ImportFileError('import.error.quotes', { line });
}

import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { ValidationFailed } from '../../web/domain-error.js';
import { csvRecords } from './csv-records.js';
import { type FileRecord, FileText, type ImportFile, MOST_ROWS } from './import-file.js';
import type { ImportRow, RowProblem } from './import-row.entity.js';
import type { ImportTarget } from './import-target.js';
import { ImportFileError } from './import.errors.js';
import { jsonRecords } from './json-records.js';
import { urlRecords } from './url-records.js';

/** So many rows are read, compared and written at once: some milliseconds of work each time. */
const ROWS_AT_ONCE = 50;
const LONGEST_LABEL = 255;

/** Reads a file row by row. Between two batches other requests have their turn. */
export class ImportReader<R extends ImportRow> {
  private readonly text: FileText;
  /** Where each key stands, by its hash: a hundred thousand URLs would take tens of megabytes. */
  private readonly lines = new Map<string, number>();

  constructor(
    private readonly target: ImportTarget<R>,
    private readonly file: ImportFile,
  ) {
    this.text = new FileText(file.bytes);
  }

  /** The rows in batches, bad ones among them, not yet compared. @throws ImportFileError */
  async *batches(): AsyncGenerator<R[]> {
    const records = this.records();
    let batch: R[] = [];
    let count = 0;
    for await (const record of records) {
      count += 1;
      if (count > MOST_ROWS) throw new ImportFileError('import.error.tooManyRows');
      batch.push(this.row(record));
      if (batch.length < ROWS_AT_ONCE) continue;
      yield batch;
      batch = [];
      await setImmediate();
    }
    if (batch.length > 0) yield batch;
  }

  private records(): AsyncIterable<FileRecord> {
    const { columns, keyColumn } = this.target;
    switch (this.file.format) {
      case 'csv':
        return csvRecords(this.text, columns, keyColumn);
      case 'json':
        return jsonRecords(this.text);
      case 'urls':
        return urlRecords(this.text);
    }
  }

  /** SHA-256 of the file, hexadecimal, once it was read to its end. */
  digest(): string {
    return this.text.digest();
  }

  private row({ line, values }: FileRecord): R {
    const { target, file } = this;
    const label = labelOf(values?.[target.keyColumn]);
    if (values === null) {
      const message = file.format === 'csv' ? 'import.error.cells' : 'import.error.object';
      return this.bad(line, label, [{ field: null, message }]);
    }
    try {
      const content = target.read(values, file.format);
      const key = hashOf(target.keyOf(content));
      const first = this.lines.get(key);
      if (first !== undefined) {
        const message = 'import.error.twice';
        const params = { line: first };
        return this.bad(line, label, [{ field: target.keyColumn, message, params }]);
      }
      this.lines.set(key, line);
      return { line, label, outcome: 'same', problems: null, ...content } as R;
    } catch (error) {
      if (!(error instanceof ValidationFailed)) throw error;
      return this.bad(line, label, [...(error.details.fields ?? [])]);
    }
  }

  private bad(line: number, label: string, problems: RowProblem[]): R {
    return { line, label, outcome: this.target.outcomeOf(problems), problems } as R;
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}

/** Cut, and without what a database does not keep. */
function labelOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  const start = value.slice(0, LONGEST_LABEL * 2).toWellFormed();
  return Array.from(start.replace(/\p{Cc}/gu, ' '))
    .slice(0, LONGEST_LABEL)
    .join('');
}

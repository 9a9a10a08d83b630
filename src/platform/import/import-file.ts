import { createHash, type Hash } from 'node:crypto';
import { ImportFileError } from './import.errors.js';

export type ImportFormat = 'csv' | 'json';

/** A list of URLs is read alone, and never written. */
export type ImportFileFormat = ImportFormat | 'urls';

/** More may be cut in two files. */
export const MOST_ROWS = 100_000;
/** Of a file, bytes: a hundred thousand rows have some 20 MB. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** What is read at once, bytes: to parse it takes a millisecond or two. */
const PIECE_BYTES = 16 * 1024;

/** A file of vendors or platforms, read once. */
export interface ImportFile {
  /** What people know it by; not a path. */
  name: string;
  format: ImportFileFormat;
  bytes: AsyncIterable<Uint8Array>;
}

/** One row of a file. */
export interface FileRecord {
  /** Where it begins, from 1. */
  line: number;
  /** What it holds by column; null for a row that has other cells than the file's first line. */
  values: Record<string, unknown> | null;
}

/** A file whose format its start tells: JSON begins with a bracket, which no column's name does. */
export async function namedFile(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<ImportFile> {
  const chunks = bytes[Symbol.asyncIterator]();
  const first = await chunks.next();
  const start = first.done === true ? '' : Buffer.from(first.value.subarray(0, 1024)).toString();
  async function* whole(): AsyncGenerator<Uint8Array> {
    for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
  }
  const isJson = /^\s*[[{]/.test(start.replace('\ufeff', ''));
  return { name, format: isJson ? 'json' : 'csv', bytes: whole() };
}

/** The text of a file in small pieces, without a byte order mark, and its SHA-256 as it is read. */
export class FileText implements AsyncIterable<string> {
  private readonly hash: Hash = createHash('sha256');

  constructor(private readonly bytes: AsyncIterable<Uint8Array>) {}

  /** The digest of what was read, hexadecimal; call it once, at the end. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** @throws ImportFileError on a file that is too large, or not UTF-8 */
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let size = 0;
    for await (const chunk of this.bytes) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new ImportFileError('import.error.tooLarge');
      this.hash.update(chunk);
      for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
        yield decoded(() =>
          decoder.decode(chunk.subarray(start, start + PIECE_BYTES), { stream: true }),
        );
      }
    }
    yield decoded(() => decoder.decode());
  }
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw new ImportFileError('import.error.encoding');
  }
}

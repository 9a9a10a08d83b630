import { FileInterceptor } from '@nestjs/platform-express';
import type { Request } from 'express';
import { checkCsrf } from '../../web/csrf.js';
import { type ImportFile, type ImportFormat, MOST_BYTES, namedFile } from './import-file.js';
import { ImportFileError, ImportTypeError, UrlListError } from './import.errors.js';

/** Of text that is pasted instead, bytes. */
const MOST_PASTED_BYTES = 1024 * 1024;

/** What multer makes of a form's file. */
interface UploadedFile {
  originalname: string;
  buffer: Buffer;
}

/** Reads a form with a file, or with text pasted; after the guard, so that only users send files. */
export const ImportUpload = FileInterceptor('file', {
  limits: { fileSize: MOST_BYTES, files: 1, fields: 10, fieldSize: MOST_PASTED_BYTES },
});

/**
 * The file of a posted form, or the text that was pasted.
 * @throws ForgedRequestError, ImportFileError when there is neither
 */
export async function formFile(request: Request): Promise<ImportFile> {
  checkCsrf(request);
  const { file } = request as { file?: UploadedFile };
  const { text } = (request.body ?? {}) as { text?: unknown };
  const isPasted = typeof text === 'string' && text.trim() !== '';
  if (file !== undefined && file.buffer.length > 0) {
    return namedFile(file.originalname, once(file.buffer));
  }
  if (!isPasted) throw new ImportFileError('import.error.gone');
  return namedFile('', once(Buffer.from(text)));
}

/**
 * The URLs of a posted list.
 * @throws ForgedRequestError, ImportFileError when there are none
 */
export function formUrls(request: Request): ImportFile {
  checkCsrf(request);
  const { urls } = (request.body ?? {}) as { urls?: unknown };
  if (typeof urls !== 'string' || urls.trim() === '') throw new UrlListError();
  return { name: '', format: 'urls', bytes: once(Buffer.from(urls)) };
}

/**
 * The body of an API request as a file; it is read as it comes.
 * @throws ImportTypeError
 */
export function bodyFile(request: Request): ImportFile {
  const encoding = request.get('content-encoding') ?? 'identity';
  const format = formatOf(request);
  if (format === null || encoding !== 'identity') throw new ImportTypeError();
  const body: unknown = request.body;
  // Read already, for its Idempotency-Key.
  return { name: '', format, bytes: Buffer.isBuffer(body) ? once(body) : request };
}

function formatOf(request: Request): ImportFormat | null {
  // Nothing was sent: an empty file, whatever it says that it is.
  if (request.is('*/*') === null || request.is('application/json') !== false) return 'json';
  return request.is('text/csv') === false ? null : 'csv';
}

async function* once(content: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}

import type { Request, Response } from 'express';
import { sendDownload } from '../../web/download.js';
import { type ExportRow, exportText } from './export-text.js';
import type { ImportFormat } from './import-file.js';

/** What is exported. */
export interface Exported {
  /** Of the file, without its extension. */
  name: string;
  columns: readonly string[];
  batches: AsyncIterable<readonly ExportRow[]>;
}

/** Answers with the file, in the format that was asked for, or else that Accept prefers. */
export async function sendExport(
  request: Request,
  response: Response,
  format: ImportFormat | undefined,
  { name, columns, batches }: Exported,
): Promise<void> {
  const chosen = format ?? accepted(request);
  await sendDownload(response, {
    name: `${name}.${chosen}`,
    type: chosen === 'csv' ? 'text/csv' : 'application/json',
    text: exportText(chosen, columns, batches),
  });
}

function accepted(request: Request): ImportFormat {
  return request.accepts(['text/csv', 'application/json']) === 'application/json' ? 'json' : 'csv';
}

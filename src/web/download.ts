import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file that a route answers with. */
export interface Download {
  /** Its name with the extension. */
  name: string;
  /** Of its content, without the character set, which is UTF-8. */
  type: 'text/csv' | 'application/json';
  text: AsyncIterable<string>;
}

/** Answers with a file, piece by piece as fast as it is taken. */
export async function sendDownload(
  response: Response,
  { name, type, text }: Download,
): Promise<void> {
  response.type(type).attachment(name);
  try {
    await pipeline(Readable.from(text), response);
  } catch (error) {
    // Who asked went away: nobody is left to be told.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

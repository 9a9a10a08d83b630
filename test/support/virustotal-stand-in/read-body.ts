import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 1024 * 1024;

/** Reads a request's whole body; throws over 1 MiB, or when the client breaks off. */
export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('The body is over 1 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

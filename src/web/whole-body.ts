import express, { type Request, type Response } from 'express';

/** As much as a route takes that reads its body itself. */
const LIMIT = '64mb';

const read = express.raw({ type: () => true, limit: LIMIT, inflate: false });

/**
 * Reads the body of a route that else reads it piece by piece, for who has to know all of it first.
 * It is the request's `body` from then on.
 * @throws the body parser's errors, such as of one that is too large
 */
export async function wholeBody(request: Request, response: Response): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    read(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('The body could not be read'));
    });
  });
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

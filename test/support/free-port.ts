import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below what Linux takes for the near end of a connection (from 32,768 on): a server that is started
 * again on its port would otherwise find that some connection of another process has it.
 */
const FIRST = 15_000;
const COUNT = 16_000;
/** Each process of a test run begins elsewhere, and none gives the same port out twice in a row. */
let next = (process.pid * 97) % COUNT;

/**
 * A port of loopback that nobody listens on now.
 * @throws Error when all are taken
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

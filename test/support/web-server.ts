import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server on loopback that answers as a test says, and tells what it was asked. */
export interface WebServer {
  readonly port: number;
  /** Without a path. */
  readonly origin: string;
  /** `METHOD /path` of every request. */
  readonly asked: string[];
  /** The server itself, for what its events tell. */
  readonly server: Server;
  close(): Promise<void>;
}

/** @param host where it listens: any address of this machine */
export async function startWebServer(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  host = '127.0.0.1',
): Promise<WebServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  }).listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    asked,
    server,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

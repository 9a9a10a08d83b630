import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../free-port.js';

/** An address in front of a server that can be shut: then connections to it are refused. */
export interface Gate {
  url: string;
  open: () => Promise<void>;
  shut: () => Promise<void>;
}

/** @param url of the server behind it; the gate's has the same path. It is open at first. */
export async function makeGate(url: string): Promise<Gate> {
  const { hostname, pathname, port } = new URL(url);
  const ownPort = await freePort();
  const sockets = new Set<Socket>();
  let server: Server | null = null;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  };
  const open = async () => {
    server = createServer((client) => {
      const behind = connect(Number(port), hostname);
      for (const socket of [client, behind]) keep(socket);
      client.pipe(behind).pipe(client);
      behind.on('close', () => client.destroy());
      client.on('close', () => behind.destroy());
    }).listen(ownPort, '127.0.0.1');
    await once(server, 'listening');
  };
  const shut = async () => {
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
    server = null;
  };
  await open();
  return { url: `http://127.0.0.1:${ownPort}${pathname}`, open, shut };
}

import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens, and then its thread sleeps until it is ended. */
const LISTENER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address());
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });
`;
/** Linux lets one connection more than the backlog wait to be accepted. */
const ROOM = 2;

/** A server that takes no connection: neither accepted nor refused, as behind a dead firewall. */
export interface DeafServer {
  /** Without a path. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Whether anybody in this process waits to be connected, to whatever server. */
export function isConnecting(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.endsWith('ConnectWrap'));
}

/** Starts one. */
export async function startDeafServer(): Promise<DeafServer> {
  const worker = new Worker(LISTENER, { eval: true });
  const [{ port }] = (await once(worker, 'message')) as [AddressInfo];
  const fillers: Socket[] = [];
  for (let i = 0; i < ROOM; i += 1) {
    const filler = connect(port, '127.0.0.1');
    filler.on('error', () => undefined);
    await once(filler, 'connect');
    fillers.push(filler);
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}

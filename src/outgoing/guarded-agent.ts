import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { OutgoingError } from './outgoing.error.js';

/** What decides over each connection. */
export interface Gate {
  isReachable(address: string): boolean;
  resolve(host: string): Promise<LookupAddress[]>;
  /** Called with each connection when it begins; `settled` when it stands, or failed. */
  onConnecting(socket: Socket, settled: AbortSignal): void;
}

type Connected = (error: Error | null, stream: Duplex) => void;
type Connect<Options> = (options: Options, done?: Connected) => Duplex | null | undefined;

/**
 * An agent that connects to reachable addresses alone. What counts is the address that the socket
 * is given, after the name was resolved for it and for nothing else: a name that answers otherwise
 * a moment later gains nothing. No connection is kept, so each request is checked anew.
 */
export function guardedAgents(gate: Gate): { httpAgent: http.Agent; httpsAgent: https.Agent } {
  const options = { keepAlive: false, lookup: guardedLookup(gate) };
  const httpAgent = new http.Agent(options);
  const httpsAgent = new https.Agent(options);
  httpAgent.createConnection = guarded(httpAgent.createConnection.bind(httpAgent), gate);
  httpsAgent.createConnection = guarded(httpsAgent.createConnection.bind(httpsAgent), gate);
  return { httpAgent, httpsAgent };
}

function guarded<Options extends { host?: string | null }>(
  connect: Connect<Options>,
  gate: Gate,
): Connect<Options> {
  return (options, done) => {
    const host = options.host ?? '';
    const address = host.replace(/^\[(.*)\]$/, '$1');
    // Node looks up no host that is an address already.
    if (isIP(address) !== 0 && !gate.isReachable(address)) {
      process.nextTick(() => done?.(refused(host), undefined as never));
      return undefined;
    }
    const socket = connect(options) as Socket;
    const settled = new AbortController();
    socket.once('connect', () => {
      // Before a byte is sent: what was written so far waits for this event behind us.
      if (!gate.isReachable(socket.remoteAddress ?? '')) socket.destroy(refused(host));
    });
    for (const event of ['encrypted' in socket ? 'secureConnect' : 'connect', 'close']) {
      socket.once(event, () => {
        settled.abort();
      });
    }
    gate.onConnecting(socket, settled.signal);
    return socket;
  };
}

/** Addresses that are not reachable are left out; a name that has no other is refused. */
function guardedLookup(gate: Gate): LookupFunction {
  return (host, options, done) => {
    gate.resolve(host).then(
      (found) => {
        const reachable = found.filter(({ address }) => gate.isReachable(address));
        const [first] = reachable;
        if (!first) done(refused(host), '');
        else if (options.all) done(null, reachable);
        else done(null, first.address, first.family);
      },
      (error: unknown) => {
        done(error as NodeJS.ErrnoException, '');
      },
    );
  };
}

function refused(host: string): OutgoingError {
  return new OutgoingError('addressRefused', { host });
}

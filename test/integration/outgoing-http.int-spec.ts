import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { LookupAddress } from 'node:dns';
import { isIPv6, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { createAppConfig } from '../../src/config/app-config.js';
import { type Clock, SystemClock } from '../../src/config/clock.js';
import { guardedAgents } from '../../src/outgoing/guarded-agent.js';
import {
  CONNECT_BOUND_MS,
  GuardedHttp,
  type GuardedRequest,
  HEADERS_BOUND_MS,
  MAX_ANSWER_BYTES,
  WHOLE_BOUND_MS,
} from '../../src/outgoing/guarded-http.service.js';
import { HostResolver } from '../../src/outgoing/host-resolver.js';
import { OutgoingError } from '../../src/outgoing/outgoing.error.js';
import { isConnecting, startDeafServer } from '../support/deaf-server.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { freePort } from '../support/free-port.js';
import { startWebServer, type WebServer } from '../support/web-server.js';

const LOOPBACK = '127.0.0.0/8';

/** Answers each question with the next of its answers; the last one stays. */
class LyingResolver extends HostResolver {
  readonly asked: string[] = [];

  constructor(private readonly answers: string[][]) {
    super();
  }

  override resolve(host: string): Promise<LookupAddress[]> {
    const answer = this.answers[Math.min(this.asked.length, this.answers.length - 1)] ?? [];
    this.asked.push(host);
    return Promise.resolve(answer.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })));
  }
}

interface Given {
  allow?: string;
  clock?: Clock;
  resolver?: HostResolver;
}

function guardedHttp({ allow = '', clock = new SystemClock(), resolver }: Given = {}): GuardedHttp {
  const config = createAppConfig({ OJU_OUTGOING_ALLOW: allow });
  return new GuardedHttp(config, clock, resolver ?? new HostResolver());
}

/** Why it was refused, or `answered`. */
async function outcome(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
    return 'answered';
  } catch (error) {
    if (error instanceof OutgoingError) return error.reason;
    throw error;
  }
}

/** Resolves when the first connection that a server gets is closed, by whom- and however. */
function firstConnectionGone(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.once('connection', (socket: Socket) => {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        resolve();
      });
    });
  });
}

describe('HTTP to addresses that users give', () => {
  let servers: WebServer[] = [];
  const env = { ...process.env };

  afterEach(async () => {
    process.env = { ...env };
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
  });

  async function serving(
    answer: (request: IncomingMessage, response: ServerResponse) => unknown = (_, response) =>
      response.end('reached'),
    host?: string,
  ): Promise<WebServer> {
    const server = await startWebServer(answer, host);
    servers.push(server);
    return server;
  }

  it.each([
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127。0。0。1',
    '0',
    '[::1]',
    '[::ffff:7f00:1]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '169.254.169.254',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '224.0.0.1',
    '[ff02::1]',
    '255.255.255.255',
  ])('refuses %s', async (host) => {
    const { port, asked } = await serving();

    for (const url of [`http://${host}:${port}/`, `https://${host}:${port}/`]) {
      expect([url, await outcome(guardedHttp().request({ url }))]).toEqual([url, 'addressRefused']);
    }
    expect(asked).toEqual([]);
  });

  it('refuses a name that leads to such an address, and names only the name', async () => {
    const { port, asked } = await serving();
    const resolver = new LyingResolver([['127.0.0.1', '::1', '169.254.169.254']]);
    const url = `http://innocent.example.org:${port}/`;
    const error = await guardedHttp({ resolver })
      .request({ url })
      .catch((failure: unknown) => failure);

    expect(error).toMatchObject({
      code: 'OUTGOING.ADDRESS_REFUSED',
      details: { params: { host: 'innocent.example.org' } },
    });
    expect(asked).toEqual([]);
  });

  it('refuses a name that led to an allowed address a moment ago', async () => {
    const { port, asked } = await serving(undefined, '0.0.0.0');
    const resolver = new LyingResolver([['127.0.0.2'], ['127.0.0.1'], ['127.0.0.2']]);
    const client = guardedHttp({ allow: '127.0.0.2/32', resolver });
    const url = `http://rebinding.example.org:${port}/`;
    const outcomes = [];
    for (let i = 0; i < 3; i += 1) outcomes.push(await outcome(client.request({ url })));

    expect(outcomes).toEqual(['answered', 'addressRefused', 'answered']);
    // Once a request: what was checked is what was connected to.
    expect(resolver.asked).toHaveLength(3);
    expect(asked).toHaveLength(2);
  });

  it('goes to the allowed ones alone of the addresses of a name', async () => {
    const seen: (string | undefined)[] = [];
    const { port } = await serving((request, response) => {
      seen.push(request.socket.localAddress);
      response.end();
    }, '0.0.0.0');
    const resolver = new LyingResolver([['127.0.0.1', '10.0.0.1', '127.0.0.2']]);
    const client = guardedHttp({ allow: '127.0.0.2/32', resolver });

    expect(await outcome(client.request({ url: `http://two.example.org:${port}/` }))).toBe(
      'answered',
    );
    expect(seen).toEqual(['127.0.0.2']);
  });

  it('sends nothing when the connection is to another address than was checked', async () => {
    const { port, asked, server } = await serving();
    const checks: string[] = [];
    const { httpAgent } = guardedAgents({
      isReachable: (address) => checks.push(address) === 1,
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
      onConnecting: () => undefined,
    });
    let received = 0;
    server.on('connection', (socket) => socket.on('data', (part) => (received += part.length)));
    const closed = firstConnectionGone(server);
    const request = http.get({ host: 'a.example.org', port, agent: httpAgent });
    const [error] = (await once(request, 'error')) as [Error];
    await closed;

    expect(error).toMatchObject({ reason: 'addressRefused' });
    expect(checks).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(received).toBe(0);
    expect(asked).toEqual([]);
  });

  it.each([LOOPBACK, '127.0.0.1/32', '10.0.0.0/8, 127.0.0.0/16'])(
    'reaches what OJU_OUTGOING_ALLOW names: %s',
    async (allow) => {
      const { port, asked } = await serving();
      const client = guardedHttp({ allow });
      const answer = await client.request({ url: `http://127.0.0.1:${port}/a?b` });

      expect(answer).toMatchObject({ status: 200, body: Buffer.from('reached') });
      expect(await outcome(client.request({ url: `http://0x7f.1:${port}/` }))).toBe('answered');
      expect(await outcome(client.request({ url: 'http://169.254.169.254/' }))).toBe(
        'addressRefused',
      );
      expect(asked).toEqual(['GET /a?b', 'GET /']);
    },
  );

  it('follows no redirect: for fetch it is an error', async () => {
    const target = await serving();
    const { origin, asked } = await serving((_, response) => {
      response.writeHead(302, { location: `${target.origin}/secret` }).end();
    });
    const client = guardedHttp({ allow: LOOPBACK });
    const answer = await client.request({ url: `${origin}/` });

    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe(`${target.origin}/secret`);
    expect(await outcome(client.fetch(`${origin}/fetched`))).toBe('redirected');
    expect(asked).toEqual(['GET /', 'GET /fetched']);
    expect(target.asked).toEqual([]);
  });

  it.each([
    'ftp://example.org/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'javascript:alert(1)',
    'gopher://example.org/',
    'unix:/var/run/docker.sock',
    '//example.org/',
    '/etc/passwd',
    'http://',
    'https://ada:secret@example.org/',
    'https://ada@example.org/',
    '',
  ])('refuses the address %j', async (url) => {
    const resolver = new LyingResolver([['127.0.0.1']]);
    const client = guardedHttp({ allow: LOOPBACK, resolver });

    expect(await outcome(client.request({ url }))).toBe('url');
    expect(resolver.asked).toEqual([]);
  });

  it('goes through no proxy that the environment names', async () => {
    const proxy = await serving((_, response) => response.end('proxied'));
    proxy.server.on('connect', (request: IncomingMessage, socket: { destroy: () => void }) => {
      proxy.asked.push(`CONNECT ${request.url ?? ''}`);
      socket.destroy();
    });
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
      process.env[name] = proxy.origin;
      process.env[name.toLowerCase()] = proxy.origin;
    }
    process.env.NO_PROXY = process.env.no_proxy = '';
    const { port } = await serving();
    const client = guardedHttp({ allow: LOOPBACK });
    const { body } = await client.request({ url: `http://127.0.0.1:${port}/` });

    expect(body.toString()).toBe('reached');
    expect(await outcome(client.request({ url: `https://127.0.0.1:${port}/` }))).toBe('tls');
    expect(await outcome(client.request({ url: 'http://10.0.0.1/' }))).toBe('addressRefused');
    expect(proxy.asked).toEqual([]);
  });

  it('stops reading an answer that is too large', async () => {
    const part = Buffer.alloc(64 * 1024);
    let sent = 0;
    const { origin, server } = await serving((_, response) => {
      Readable.from(
        (function* () {
          for (; sent < 1024 ** 3; sent += part.length) yield part;
        })(),
      ).pipe(response);
    });
    const closed = firstConnectionGone(server);

    expect(await outcome(guardedHttp({ allow: LOOPBACK }).request({ url: origin }))).toBe(
      'tooLarge',
    );
    await closed;
    expect(sent).toBeLessThan(64 * MAX_ANSWER_BYTES);
  });

  it('counts what a small answer unpacks to', async () => {
    const part = Buffer.alloc(64 * 1024);
    let left = 1024;
    const { origin } = await serving((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      Readable.from(
        (function* () {
          for (; left > 0; left -= 1) yield part;
        })(),
      )
        .pipe(createGzip())
        .pipe(response);
    });

    expect(await outcome(guardedHttp({ allow: LOOPBACK }).request({ url: origin }))).toBe(
      'tooLarge',
    );
  });

  it('takes an answer of as many bytes as it may have, and of one more not', async () => {
    const { origin } = await serving((_, response) => response.end('x'.repeat(100)));
    const client = guardedHttp({ allow: LOOPBACK });

    expect(await outcome(client.request({ url: origin, maxAnswerBytes: 100 }))).toBe('answered');
    expect(await outcome(client.request({ url: origin, maxAnswerBytes: 99 }))).toBe('tooLarge');
  });

  it('waits for a connection no longer than its bound', async () => {
    const deaf = await startDeafServer();
    try {
      const clock = new FakeClock();
      const asked = outcome(guardedHttp({ allow: LOOPBACK, clock }).request({ url: deaf.origin }));
      await eventually(
        () => Promise.resolve(isConnecting()),
        (isTrying) => isTrying,
      );
      await clock.advance(CONNECT_BOUND_MS);

      expect(await asked).toBe('timeout');
      expect(clock.waiting).toBe(0);
    } finally {
      await deaf.close();
    }
  });

  it('waits for a name no longer than for a connection', async () => {
    const clock = new FakeClock();
    const resolver = new HostResolver();
    const asked = new Promise<void>((resolve) => {
      resolver.resolve = () => {
        resolve();
        return new Promise(() => undefined);
      };
    });
    const failed = outcome(guardedHttp({ clock, resolver }).request({ url: 'http://a.example/' }));
    await asked;
    await clock.advance(CONNECT_BOUND_MS);

    expect(await failed).toBe('timeout');
  });

  it('looks a name up once at a time, however long it hangs, and others meanwhile', async () => {
    const looked: string[] = [];
    class HangingResolver extends HostResolver {
      protected override lookUp(host: string): Promise<LookupAddress[]> {
        looked.push(host);
        return host === 'hangs.example'
          ? new Promise(() => undefined)
          : Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      }
    }
    const resolver = new HangingResolver();
    jest.useFakeTimers();
    try {
      const hanging = Array.from({ length: 9 }, () =>
        resolver.resolve('hangs.example').catch((error: unknown) => error),
      );
      expect(await resolver.resolve('well.example')).toHaveLength(1);
      await jest.advanceTimersByTimeAsync(CONNECT_BOUND_MS);
      for (const failed of hanging) expect(await failed).toMatchObject({ code: 'ETIMEDOUT' });
    } finally {
      jest.useRealTimers();
    }
    expect(await resolver.resolve('well.example')).toHaveLength(1);
    expect(looked).toEqual(['hangs.example', 'well.example', 'well.example']);
  });

  it.each<[string, number, (response: ServerResponse) => () => unknown]>([
    [
      'headers that come a byte at a time',
      HEADERS_BOUND_MS,
      (response) => {
        response.socket?.write('HTTP/1.1 200 OK\r\nx-slow: ');
        return () => response.socket?.write('x');
      },
    ],
    [
      'a body that never ends',
      WHOLE_BOUND_MS,
      (response) => {
        response.writeHead(200);
        response.write('some of it');
        return () => response.write('x');
      },
    ],
  ])('waits no longer than its bound for %s', async (_what, boundMs, begin) => {
    const clock = new FakeClock();
    const { origin, server } = await serving((_, response) => {
      const trickle = setInterval(begin(response), 5);
      response.once('close', () => {
        clearInterval(trickle);
      });
    });
    const asked = once(server, 'request');
    const closed = firstConnectionGone(server);
    const failed = outcome(guardedHttp({ allow: LOOPBACK, clock }).request({ url: origin }));
    await asked;
    if (boundMs === WHOLE_BOUND_MS) {
      // The bound on the headers is gone once they are there.
      await eventually(
        () => Promise.resolve(clock.waiting),
        (waiting) => waiting === 1,
      );
    }
    await clock.advance(boundMs - 1);
    await clock.advance(1);

    expect(await failed).toBe('timeout');
    await closed;
  });

  it('breaks off when its caller does', async () => {
    const { origin, server } = await serving(() => undefined);
    const caller = new AbortController();
    const asked = once(server, 'request');
    const failed = outcome(
      guardedHttp({ allow: LOOPBACK }).request({ url: origin, signal: caller.signal }),
    );
    await asked;
    caller.abort();

    expect(await failed).toBe('timeout');
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['brokenOff', (response) => response.socket?.destroy()],
    ['failed', (response) => response.socket?.end('not HTTP at all\r\n\r\n')],
    [
      'brokenOff',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('some');
        setImmediate(() => response.socket?.destroy());
      },
    ],
  ])('says in one word what is wrong: %s', async (word, answer) => {
    const { origin } = await serving((_, response) => answer(response));

    expect(await outcome(guardedHttp({ allow: LOOPBACK }).request({ url: origin }))).toBe(word);
  });

  it('says that nobody listens, or that there is no such name', async () => {
    const port = await freePort();
    const client = guardedHttp({ allow: LOOPBACK });

    expect(await outcome(client.request({ url: `http://127.0.0.1:${port}/` }))).toBe(
      'connectionRefused',
    );
    expect(await outcome(client.request({ url: 'http://nobody.invalid/' }))).toBe('unknownHost');
  });

  it('keeps what was sent out of its errors', async () => {
    const { origin } = await serving((_, response) => response.socket?.destroy());
    const request: GuardedRequest = {
      url: `${origin}/hook/very-secret-path`,
      method: 'POST',
      headers: { authorization: 'Bearer very-secret-token' },
      body: 'very-secret-body',
    };
    const error: unknown = await guardedHttp({ allow: LOOPBACK })
      .request(request)
      .catch((failure: unknown) => failure);

    expect(error).toBeInstanceOf(OutgoingError);
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('very-secret');
    expect((error as Error).cause).toBeUndefined();
  });

  it('is fetch for a library: with a form, headers, JSON, and an answer without a body', async () => {
    const bodies: string[] = [];
    const { origin } = await serving((request, response) => {
      request.setEncoding('utf8').on('data', (part: string) => bodies.push(part));
      request.on('end', () => {
        if (request.url === '/empty') response.writeHead(204).end();
        else {
          response.writeHead(201, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ agent: request.headers['user-agent'] }));
        }
      });
    });
    const { fetch } = guardedHttp({ allow: LOOPBACK });
    const answer = await fetch(`${origin}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ code: 'a&b' }),
    });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual({ agent: expect.stringMatching(/^oju\/\d/) });
    expect(bodies).toEqual(['code=a%26b']);
    expect((await fetch(`${origin}/empty`)).status).toBe(204);
  });
});

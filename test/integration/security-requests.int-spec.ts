import { type IncomingHttpHeaders, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { boundRequests } from '../../src/web/request-bounds.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { cases, fewOf } from '../support/cases.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { temporarySqlite } from '../support/open-database.js';
import { entriesOf } from '../support/routes.js';
import { tried, triedSoFar } from '../support/tries-tally.js';

const TEN_MB = 10_000_000;
/** Far more than it takes, and far less than a body of 10 MB that is read and parsed. */
const QUICK_MS = 3000;

const PATHS = [
  '/static/../package.json',
  '/static/..%2fpackage.json',
  '/static/%2e%2e/package.json',
  '/static/%2e%2e%2fpackage.json',
  '/static/..%5cpackage.json',
  '/static/%252e%252e%252fpackage.json',
  '/static/css/..%2f..%2f..%2fpackage.json',
  '/static/%00',
  '/static/css/oju.css%00.html',
  '/static/%c0%ae%c0%ae/package.json',
  '/static/.env',
  '/static//etc/passwd',
  '/api/docs/assets/..%2f..%2fpackage.json',
  '/api/docs/assets/%2e%2e/package.json',
  '/vendor/..%2fconfig%2ftokens',
  '/vendor/%2e%2e/config/tokens',
  '/vendor/%00',
  '/vendor/1%00',
  '/vendor/1%2f',
  '/vendor/1;x',
  '/vendor/%',
  '/vendor/%ff',
  '/api/v1/vendors/..%2fscans',
  '/api/v1/vendors/%00',
  '/api/v1/vendors/%',
  '/api/v1/vendors/1%2500',
  '//evil.example/vendor',
  '/\\evil.example',
  '/%0d%0aX-Injected:%201',
  '/login%0d%0aX-Injected:%201',
  '/login?%0d%0aX-Injected:%201',
];

/** None of them is an id that Oju gives out. */
const OTHER_IDS = [
  '0',
  '-1',
  '1.5',
  '1e3',
  '01',
  '0x1',
  'abc',
  'null',
  '[]',
  '%7B%7D',
  '1%20or%201=1',
  '2147483648',
  '99999999999999999999',
  '1,2',
  '%00',
  "'",
];

describeOnEachDatabase('a request that means harm', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let admin: Browser;
  let csrf: string;
  let port: number;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    api = await app.api('admin');
    admin = await app.browser('admin');
    csrf = (await admin.open('/vendor')).page('input[name=_csrf]').attr('value') ?? '';
    await aVendor(app);
    await aPlatform(app);
    const server: Server = app.http;
    boundRequests(server, { headersMs: 300, requestMs: 600, lookEveryMs: 50 });
    await app.nest.listen(0, '127.0.0.1');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    await app.stop();
  });

  /** As it stands, without a client that would make the path a better one. */
  const send = (
    path: string,
    {
      method = 'GET',
      headers = {},
      body,
    }: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
  ) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>(
      (resolve, reject) => {
        const outgoing = httpRequest({ port, host: '127.0.0.1', path, method, headers });
        let isAnswered = false;
        outgoing.on('response', (response) => {
          isAnswered = true;
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
          response.on('error', reject);
          response.on('end', () => {
            outgoing.destroy();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        });
        // Whoever is refused may find the connection closed while it still sends.
        outgoing.on('error', (error) => {
          if (!isAnswered) reject(error);
        });
        outgoing.end(body);
      },
    );

  it.each(PATHS)('gets nothing by the path %s', async (path) => {
    const cookie = admin.cookie;
    const known: Record<string, string>[] = [
      {},
      { cookie },
      { authorization: `Bearer ${api.token}` },
    ];
    for (const headers of known) {
      const { status, headers: given, text } = await send(path, { headers });
      tried('path tricks');
      expect([400, 401, 403, 404, 303, 200]).toContain(status);
      // The one page that is there, whatever is asked of it.
      if (status === 200) expect(path).toMatch(/^\/login\?/);
      expect(given).not.toHaveProperty('x-injected');
      expect(given.location ?? '/').toMatch(/^\/(?![/\\])/);
      expect(text).not.toMatch(/"dependencies"|root:x:0|node_modules|at .*\.js:\d+/);
    }
  });

  it('is a JSON call in whatever case its path is written', async () => {
    const { status, headers } = await send('/API/v1/Vendors', {
      headers: { cookie: admin.cookie },
    });
    tried('path tricks');

    expect(status).toBe(401);
    expect(headers['content-type']).toContain('application/problem+json');
  });

  it('finds nothing by an id of another type, on any route', async () => {
    const wrong = [];
    const cookie = admin.cookie;
    for (const id of OTHER_IDS) {
      await app.forgetTries();
      for (const [turn, { route, right, method, address }] of entriesOf(app.nest, id).entries()) {
        if (!route.includes(':') || !fewOf(OTHER_IDS, 4, turn).includes(id)) continue;
        const isApi = right.kind !== 'page' && right.kind !== 'public';
        const headers: Record<string, string> = isApi
          ? { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' }
          : { cookie, 'content-type': 'application/x-www-form-urlencoded' };
        const body = Buffer.from(isApi ? '{}' : `_csrf=${csrf}`);
        const hasBody = method !== 'GET' && method !== 'DELETE';
        const { status } = await send(address, {
          method,
          headers,
          body: hasBody ? body : undefined,
        });
        tried('an id of another type');
        // A body that says nothing may be refused before it is looked for what it is about, and who
        // guesses at one-time links is stopped.
        const isGuessed = status === 429 && right.kind === 'public';
        if (status !== 404 && status !== 422 && !isGuessed) wrong.push([route, id, status]);
      }
    }

    expect(wrong).toEqual([]);
    expect(triedSoFar('an id of another type')).toBeGreaterThan(cases(100));
  });

  it.each([
    [
      'JSON',
      '/api/v1/vendors',
      'application/json',
      Buffer.from(`{"name":"${'x'.repeat(TEN_MB)}"}`),
      {},
    ],
    [
      'JSON in chunks',
      '/api/v1/vendors',
      'application/json',
      Buffer.from(`{"name":"${'x'.repeat(TEN_MB)}"}`),
      { 'transfer-encoding': 'chunked' },
    ],
    [
      'JSON of nothing but brackets',
      '/api/v1/vendors',
      'application/json',
      Buffer.from('['.repeat(TEN_MB)),
      {},
    ],
    [
      'JSON that is packed',
      '/api/v1/vendors',
      'application/json',
      gzipSync(Buffer.from(`{"name":"${'x'.repeat(TEN_MB)}"}`)),
      { 'content-encoding': 'gzip' },
    ],
    [
      'a form',
      '/vendor/new',
      'application/x-www-form-urlencoded',
      Buffer.from(`name=${'x'.repeat(TEN_MB)}`),
      {},
    ],
    [
      'a form of many fields',
      '/vendor/new',
      'application/x-www-form-urlencoded',
      Buffer.from('a=1&'.repeat(20_000)),
      {},
    ],
    [
      'a form to sign in',
      '/login',
      'application/x-www-form-urlencoded',
      Buffer.from(`password=${'x'.repeat(TEN_MB)}`),
      {},
    ],
  ])('gets 413, and quickly, for 10 MB of %s', async (_what, path, type, body, more) => {
    const began = performance.now();
    const { status } = await send(path, {
      method: 'POST',
      headers: {
        'content-type': type,
        authorization: `Bearer ${api.token}`,
        cookie: admin.cookie,
        ...more,
      },
      body,
    });
    tried('bodies of 10 MB');

    expect(status).toBe(413);
    expect(performance.now() - began).toBeLessThan(QUICK_MS);
    expect((await api.get('/vendors')).status).toBe(200);
  });

  it.each([
    ['its headers', 'GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['its first line', 'GET /lo'],
    [
      'its body',
      'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail=',
    ],
    [
      'the body of a JSON call',
      'POST /api/v1/vendors HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"na',
    ],
  ])('is cut off when it is slow with %s, while others are served', async (_what, begin) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    const isClosed = new Promise<void>((resolve) =>
      socket.on('close', () => {
        resolve();
      }),
    );
    socket.write(begin);
    const drip = setInterval(() => socket.write('a'), 40);
    try {
      expect((await send('/login')).status).toBe(200);
      await isClosed;
    } finally {
      clearInterval(drip);
      socket.destroy();
    }
    tried('slow requests');

    expect(answer).toMatch(/^HTTP\/1\.1 (408|400)|^$/);
  });
});

describe('the server', () => {
  it('bounds how long requests take from its start on', async () => {
    const database = temporarySqlite();
    const app = await TestApp.start({ env: database.env });
    try {
      expect(app.http).toMatchObject({ headersTimeout: 15_000, requestTimeout: 30_000 });
    } finally {
      await app.stop();
      await database.drop();
    }
  });
});

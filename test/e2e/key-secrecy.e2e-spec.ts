import { load } from 'cheerio';
import { createConnection } from 'mysql2/promise';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RIGHTS } from '../../src/access/rights.js';
import { describeOnEachDatabase, type TestDatabase } from '../support/databases.js';
import { type Secret, SecretSlices } from '../support/secret-slices.js';
import { type ServerProcess, spawnServer } from '../support/server-spawn.js';
import { tried } from '../support/tries-tally.js';
import { spawnVirusTotalStandIn } from '../support/virustotal-stand-in/spawn.js';

const FACTOR = 20;
const EMAIL = 'admin@example.com';
const chance = () => randomBytes(24).toString('base64url');
const [PASSWORD, WRONG_PASSWORD, INVITED_PASSWORD] = [chance(), chance(), chance()];
const FORGED_TOKEN = `oju_${randomBytes(32).toString('base64url')}`;
const GOOD_KEY = randomBytes(32).toString('hex');
/** VirusTotal's refusal of a wrong key repeats it. */
const WRONG_KEY = randomBytes(32).toString('hex');
const OJU_SECRET = randomBytes(32).toString('base64');

describeOnEachDatabase('secrets', (database) => {
  let standIn: Awaited<ReturnType<typeof spawnVirusTotalStandIn>>;
  let server: ServerProcess;
  let browser: Browser;

  const until = async (path: string, isThere: (text: string) => boolean) => {
    for (let tries = 0; tries < 300; tries += 1) {
      const { text } = await browser.ask(path);
      if (isThere(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${path} did not come to show what it should: ${server.output()}`);
  };
  const settings = (apiKey: string) => ({
    apiKey,
    active: '1',
    scanFrequencyDays: '1',
    requestsPerMinute: '600',
    requestsPerDay: '5000',
    requestsPerMonth: '50000',
    reservePercent: '10',
    alertThreshold: '1',
  });
  const call = async (path: string, token: string, body?: object) => {
    const response = await fetch(`${server.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(body ? { 'idempotency-key': randomBytes(8).toString('hex') } : {}),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    });
    return { status: response.status, text: await response.text() };
  };

  beforeAll(async () => {
    const epochMs = Date.UTC(2026, 10, 24, 8);
    standIn = await spawnVirusTotalStandIn({
      clock: { factor: FACTOR, epoch: epochMs },
      apiKeys: [{ key: GOOD_KEY, perMinute: 1000, perDay: 5000, perMonth: 50_000 }],
      analysis: { meanSec: 5, jitter: 0.2 },
    });
    server = await spawnServer(
      {
        ...database().env,
        OJU_SECRET,
        VIRUSTOTAL_BASE_URL: standIn.url,
        LOG_LEVEL: 'debug',
        OJU_ADMIN_EMAIL: EMAIL,
        OJU_ADMIN_PASSWORD: PASSWORD,
      },
      { factor: FACTOR, epochMs, realStartMs: Date.now() },
    );
    browser = new Browser(server.url);
  }, 60_000);

  afterAll(async () => {
    await server.end('SIGTERM');
    await standIn.stop();
  });

  it('are in no file, log, page, export, row or process argument after a full run', async () => {
    // What must not be found again.
    const signIn = (password: string) => browser.post('/login', { email: EMAIL, password });
    expect((await signIn(WRONG_PASSWORD)).status).toBe(422);
    expect((await signIn(PASSWORD)).status).toBe(303);
    const { token, tokenPath } = await makeToken();
    const { link, secondFactor, invited } = await invite();
    await browser.post('/platforms/new', {
      name: 'Site',
      url: 'https://site.example.org/',
      active: 'true',
    });
    const form = '/config/integrations/virustotal';
    expect((await browser.post(form, settings(GOOD_KEY))).status).toBe(303);
    await until('/scans', (text) => load(text)('.badge.is-completed').length > 0);
    expect((await browser.post(form, settings('not a key'))).status).toBe(422);
    expect((await browser.post(form, settings(WRONG_KEY))).status).toBe(303);
    const pages = [await until(form, (text) => text.includes('WrongCredentialsError'))];

    // Everything that may be read, and some of it by who may not.
    for (const route of Object.keys(RIGHTS).filter((name) => name.startsWith('GET '))) {
      if (/setup$|events$/.test(route)) continue;
      const path = route.slice('GET '.length).replaceAll(/:\w+/g, '1');
      const { status, text } = path.startsWith('/api/')
        ? await call(path, token)
        : await browser.ask(path);
      // 503 is /health telling that the key was rejected.
      expect({ route, isFault: status === 500 }).toEqual({ route, isFault: false });
      pages.push(text);
    }
    pages.push((await call('/api/v1/vendors', token, { name: 'ESET' })).text);
    pages.push((await call(`/api/v1/vendors?token=${token}`, FORGED_TOKEN)).text);
    pages.push((await browser.ask(`/vendor?search=${token}`)).text.replaceAll(token, ''));
    await browser.post(`${tokenPath}/revoke`, {});
    expect((await call('/api/v1/vendors', token)).status).toBe(401);
    const sessions = [...browser.cookies, ...invited.cookies];
    expect((await browser.post('/logout', {}, '/vendor')).status).toBe(303);

    const slices = new SecretSlices([
      { name: 'the API key', text: GOOD_KEY },
      { name: 'a wrong API key', text: WRONG_KEY },
      { name: 'OJU_SECRET', text: OJU_SECRET },
      { name: 'a password', text: PASSWORD },
      { name: 'a wrong password', text: WRONG_PASSWORD },
      { name: 'the password of who was invited', text: INVITED_PASSWORD },
      // Lists show a token's first 12 characters, so that people can tell tokens apart: what begins
      // one character later must be nowhere.
      { name: 'an API token', text: token.slice(1) },
      { name: 'a forged API token', text: FORGED_TOKEN.slice(1) },
      { name: 'an invitation', text: link },
      { name: 'a second factor', text: secondFactor },
      ...sessions.flatMap(sessionSecrets),
    ]);
    const written = new Map<string, string | Buffer>([
      ['log', server.output()],
      ['pages, audit trail, exports and JSON', pages.join('\n')],
      ['process arguments', readFileSync(`/proc/${server.pid}/cmdline`)],
      ...filesOf(database().folder),
      ...(await rowsOf(database())),
    ]);

    const found = [...written].flatMap(([where, what]) =>
      slices.findIn(what).map((name) => `${name} in ${where}`),
    );
    expect(found).toEqual([]);
    expect(server.output()).toContain('"level":"log"');
    expect(pages.length).toBeGreaterThan(40);
    expect(sessions.length).toBeGreaterThan(2);
    tried('places that secrets were looked for in', written.size + pages.length);
    // The search is not blind: what is there by design is found.
    expect(slices.findIn(`${token} ${link}`)).toEqual(['an API token', 'an invitation']);
  }, 60_000);

  async function makeToken(): Promise<{ token: string; tokenPath: string }> {
    const path = '/config/tokens';
    const fields = { name: 'SIEM', scope: 'admin', expiresInDays: '30' };
    expect((await browser.post(path, fields)).status).toBe(303);
    const page = load((await browser.ask(path)).text);
    const revoke = page('tbody a').attr('href') ?? '';
    return { token: page('#made-token').text(), tokenPath: revoke.replace('/revoke', '') };
  }

  async function invite() {
    const made = await browser.post('/config/users', { email: 'i@example.com', role: 'viewer' });
    const address = load(made.text)('.shown-once code').text();
    const path = new URL(address).pathname;
    const invited = new Browser(server.url);
    expect((await invited.post(path, { password: INVITED_PASSWORD })).status).toBe(303);
    const factor = '/profile/second-factor';
    await invited.post(factor, { presentPassword: INVITED_PASSWORD });
    const secondFactor = load((await invited.ask(factor)).text)('main code').text();
    return {
      link: path.split('/').pop() ?? '',
      secondFactor: secondFactor.replaceAll(' ', ''),
      invited,
    };
  }
});

/** Follows no redirect, and remembers every session that it was given. */
class Browser {
  readonly cookies: string[] = [];

  constructor(private readonly url: string) {}

  async ask(path: string, form?: Record<string, string>) {
    const response = await fetch(this.url + path, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: this.cookies.at(-1) ?? '' },
      body: form ? new URLSearchParams(form) : undefined,
    });
    const given = response.headers.get('set-cookie')?.split(';')[0];
    if (given !== undefined) this.cookies.push(given);
    return { status: response.status, text: await response.text() };
  }

  async post(path: string, fields: Record<string, string>, formAt = path) {
    const page = load((await this.ask(formAt)).text);
    const csrf = page('[name=_csrf]').first().attr('value') ?? '';
    return this.ask(path, { ...fields, _csrf: csrf });
  }
}

function sessionSecrets(cookie: string, index: number): Secret[] {
  const value = decodeURIComponent(cookie.slice('oju='.length));
  const [id = '', signature = ''] = value.slice('s:'.length).split('.');
  return [
    { name: `the id of session ${index}`, text: id },
    { name: `the signature of session ${index}`, text: signature },
  ];
}

/** On SQLite the database with its WAL. */
function filesOf(folder: string): [string, Buffer][] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => [file.name, readFileSync(join(file.parentPath, file.name))]);
}

/** On MySQL every row of every table; its files are its own. */
async function rowsOf({ kind, env }: TestDatabase): Promise<[string, string][]> {
  if (kind !== 'mysql') return [];
  const connection = await createConnection(env.DATABASE_URL ?? '');
  try {
    const [tables] = await connection.query('SHOW TABLES');
    const rows: [string, string][] = [];
    for (const table of (tables as object[]).flatMap((row) => Object.values(row) as string[])) {
      const [all] = await connection.query(`SELECT * FROM \`${table}\``);
      rows.push([table, JSON.stringify(all)]);
    }
    return rows;
  } finally {
    await connection.end();
  }
}

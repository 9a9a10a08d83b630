import { load } from 'cheerio';
import { randomBytes } from 'node:crypto';
import { RIGHTS } from '../../src/access/rights.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { findKey, spellingsOf } from '../support/secret-search.js';
import { type ServerProcess, spawnServer } from '../support/server-spawn.js';
import { spawnVirusTotalStandIn } from '../support/virustotal-stand-in/spawn.js';

const FACTOR = 20;
const EMAIL = 'admin@example.com';
const PASSWORD = 'a long enough password';
const GOOD_KEY = randomBytes(32).toString('hex');
/** VirusTotal's refusal of a wrong key repeats it. */
const WRONG_KEY = randomBytes(32).toString('hex');

describeOnEachDatabase('the API key', (database) => {
  let standIn: Awaited<ReturnType<typeof spawnVirusTotalStandIn>>;
  let server: ServerProcess;
  let cookie = '';

  const request = async (path: string, form?: Record<string, string>) => {
    const response = await fetch(server.url + path, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie },
      body: form ? new URLSearchParams(form) : undefined,
    });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return { status: response.status, text: await response.text() };
  };
  const post = async (path: string, fields: Record<string, string>, formAt = path) => {
    const page = load((await request(formAt)).text);
    return request(path, { ...fields, _csrf: page('[name=_csrf]').first().attr('value') ?? '' });
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
  const until = async (path: string, isThere: (text: string) => boolean) => {
    for (let tries = 0; tries < 300; tries += 1) {
      const { text } = await request(path);
      if (isThere(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${path} did not come to show what it should: ${server.output()}`);
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
        VIRUSTOTAL_BASE_URL: standIn.url,
        LOG_LEVEL: 'debug',
        OJU_ADMIN_EMAIL: EMAIL,
        OJU_ADMIN_PASSWORD: PASSWORD,
      },
      { factor: FACTOR, epochMs, realStartMs: Date.now() },
    );
  }, 60_000);

  afterAll(async () => {
    await server.end('SIGTERM');
    await standIn.stop();
  });

  it('is in no file, no log at debug level and no page, good or refused', async () => {
    expect((await post('/login', { email: EMAIL, password: PASSWORD })).status).toBe(303);
    await post('/platforms/new', {
      name: 'Site',
      url: 'https://site.example.org/',
      active: 'true',
    });
    const form = '/config/integrations/virustotal';
    expect((await post(form, settings(GOOD_KEY))).status).toBe(303);
    await until('/scans', (text) => load(text)('.badge.is-completed').length > 0);
    expect((await post(form, settings('not a key'))).status).toBe(422);
    expect((await post(form, settings(WRONG_KEY))).status).toBe(303);
    const refused = await until(form, (text) => text.includes('WrongCredentialsError'));

    const pages = [refused];
    for (const route of Object.keys(RIGHTS).filter((name) =>
      /^GET \/(?!api|login|setup)/.test(name),
    )) {
      const { status, text } = await request(route.slice('GET '.length).replace(':id', '1'));
      // 503 is /health telling that the key was rejected.
      expect({ route, isFault: status === 500 }).toEqual({ route, isFault: false });
      pages.push(text);
    }
    expect(server.output()).toContain('"level":"log"');
    for (const key of [GOOD_KEY, WRONG_KEY]) {
      for (const [, spelling] of spellingsOf(key)) {
        expect(server.output().includes(spelling.toString('latin1'))).toBe(false);
        expect(pages.some((page) => page.includes(spelling.toString('latin1')))).toBe(false);
      }
      expect(findKey(database().folder, key)).toEqual([]);
    }
  }, 60_000);
});

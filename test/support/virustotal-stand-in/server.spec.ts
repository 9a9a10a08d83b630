import { ENGINE_NAMES } from './engine-names.js';
import { DEFAULT_API_KEY, type StandInOptions } from './options.js';
import { startVirusTotalStandIn, type StandIn } from './server.js';

const START = Date.UTC(2026, 10, 24, 9);
const SITE = 'https://shop.example.com/';

/** What the tests read of the API's bodies, of whatever endpoint. */
interface Body {
  data: {
    id: string;
    links: { self: string };
    attributes: Record<string, unknown> & { results: object };
    api_requests_daily: { user: { used: number } };
    total: Record<string, number>;
  };
  meta: { url_info: unknown };
  error: { code: string; message: string };
}

interface Answer {
  status: number;
  body: Body;
}

describe('startVirusTotalStandIn', () => {
  let now: number;
  let standIn: StandIn;

  async function start(options: StandInOptions = {}): Promise<void> {
    now = START;
    standIn = await startVirusTotalStandIn({ clock: { now: () => now }, ...options });
  }

  async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = { 'x-apikey': DEFAULT_API_KEY, ...(init.headers as Record<string, string>) };
    const response = await fetch(standIn.url + path, { ...init, headers });
    return { status: response.status, body: (await response.json()) as Body };
  }

  async function submit(url = SITE): Promise<Answer> {
    return ask('/urls', { method: 'POST', body: new URLSearchParams({ url }) });
  }

  afterEach(async () => {
    await standIn.close();
  });

  it('takes a URL from submission to report', async () => {
    await start({
      verdicts: { [SITE]: [[{ engine: 'Sophos', category: 'malicious', result: 'malware' }]] },
    });
    const submitted = await submit();
    expect(submitted).toMatchObject({ status: 200, body: { data: { type: 'analysis' } } });
    const { id, links } = submitted.body.data;
    expect(id).toMatch(/^u-[0-9a-f]{64}-\d{10}$/);
    expect(links.self).toBe(`${standIn.url}/analyses/${id}`);

    const queued = await ask(`/analyses/${id}`);
    expect(queued.body.data.attributes).toMatchObject({ status: 'queued', results: {} });
    now += 30_000;
    const completed = await ask(`/analyses/${id}`);
    expect(completed.body.data).toMatchObject({
      id,
      type: 'analysis',
      attributes: { status: 'completed', date: START / 1000, stats: { malicious: 1 } },
    });
    expect(Object.keys(completed.body.data.attributes.results)).toHaveLength(ENGINE_NAMES.length);
    expect(completed.body.meta.url_info).toEqual({ id: id.split('-')[1], url: SITE });

    const item = await ask(`/analyses/${id}/item`);
    expect(item.body.data).toMatchObject({
      type: 'url',
      attributes: { url: SITE, times_submitted: 1, last_analysis_stats: { malicious: 1 } },
    });
  });

  it('keeps the old results in the report right after a resubmission', async () => {
    await start({ apiKeys: [{ key: DEFAULT_API_KEY, perMinute: 100 }] });
    const { body } = await submit();
    now += 3_600_000;
    const id = Buffer.from(SITE).toString('base64url');
    const rescan = await ask(`/urls/${id}/analyse`, { method: 'POST' });
    expect(rescan.body.data.id).not.toBe(body.data.id);
    const { attributes } = (await ask(`/urls/${id}`)).body.data;
    expect(attributes.last_analysis_date).toBe(START / 1000);
    expect(attributes.last_submission_date).toBe(START / 1000 + 3600);
  });

  it('takes a multipart form, and refuses JSON, no URL and no usable URL', async () => {
    await start({ apiKeys: [{ key: DEFAULT_API_KEY, perMinute: 100 }] });
    const form = new FormData();
    form.set('url', SITE);
    expect((await ask('/urls', { method: 'POST', body: form })).status).toBe(200);
    const json = { method: 'POST', body: JSON.stringify({ url: SITE }) };
    expect((await ask('/urls', json)).body.error.code).toBe('BadRequestError');
    expect(await submit('http://intranet/')).toEqual({
      status: 400,
      body: { error: { code: 'InvalidArgumentError', message: 'Unable to canonicalize url' } },
    });
    standIn.script(SITE, { refuse: 'No such domain' });
    expect((await submit()).body.error.message).toBe('No such domain');
  });

  it('does not know what was never submitted', async () => {
    await start({ apiKeys: [{ key: DEFAULT_API_KEY, perMinute: 100 }] });
    const id = '0'.repeat(64);
    expect((await ask(`/urls/${id}`)).body.error).toEqual({
      code: 'NotFoundError',
      message: `URL "${id}" not found`,
    });
    expect((await ask(`/urls/${id}/analyse`, { method: 'POST' })).status).toBe(404);
    expect((await ask(`/analyses/u-${id}-1700000000`)).status).toBe(404);
    expect((await ask('/files/x')).status).toBe(404);
  });

  it('refuses requests without a key that works, and repeats a wrong key', async () => {
    const [inactive, forbidden] = ['a'.repeat(64), 'b'.repeat(64)];
    await start({
      apiKeys: [
        { key: inactive, state: 'inactive' },
        { key: forbidden, state: 'forbidden' },
      ],
    });
    const errors = [];
    for (const key of ['', DEFAULT_API_KEY, inactive, forbidden]) {
      const { status, body } = await ask('/users/x', { headers: { 'x-apikey': key } });
      errors.push([status, body.error.code, body.error.message.includes(DEFAULT_API_KEY)]);
    }
    expect(errors).toEqual([
      [401, 'AuthenticationRequiredError', false],
      [401, 'WrongCredentialsError', true],
      [401, 'UserNotActiveError', false],
      [403, 'ForbiddenError', false],
    ]);
    expect(standIn.stats()).toMatchObject({ unauthorised: 4, arrivals: [] });
  });

  it('refuses a client that overspends, polls and 404s counted, and says who spent what', async () => {
    await start();
    const { body } = await submit();
    await ask(`/analyses/${body.data.id}`);
    await ask(`/urls/${'0'.repeat(64)}`);
    const quotas = await ask('/users/user-1/overall_quotas');
    expect(quotas.body.data).toMatchObject({
      api_requests_hourly: { user: { allowed: 240, used: 3 } },
      api_requests_daily: { user: { allowed: 500, used: 3 } },
      api_requests_monthly: { user: { allowed: 15_500, used: 3 } },
    });
    expect(await ask(`/analyses/${body.data.id}`)).toEqual({
      status: 429,
      body: { error: { code: 'QuotaExceededError', message: 'Quota exceeded' } },
    });
    expect(standIn.stats()).toMatchObject({
      requests: { 'POST /urls': 1, 'GET /analyses/{id}': 2 },
      answers: { 200: 3, 404: 1, 429: 1 },
      submissions: { [SITE]: 1 },
      polls: { [body.data.id]: 2 },
      refusals: 1,
      refusalsByQuota: { minute: 1, day: 0, month: 0 },
      maxInAnySlidingMinute: 5,
    });
    now += 60_000;
    expect((await ask(`/users/${DEFAULT_API_KEY}`)).body.data.attributes.apikey).toBe(
      DEFAULT_API_KEY,
    );
    const usage = await ask(`/users/${DEFAULT_API_KEY}/api_usage`);
    expect(usage.body.data.total).toEqual({ url_submission: 1, analyses: 2, urls: 1 });
  });

  it('answers /users/* when the day is spent, and lets them free when told so', async () => {
    await start({ usersFree: true, apiKeys: [{ key: DEFAULT_API_KEY, perDay: 0 }] });
    expect((await submit()).status).toBe(429);
    for (let n = 0; n < 5; n += 1) expect((await ask('/users/user-1')).status).toBe(200);
    expect(standIn.stats().refusalsByQuota.day).toBe(1);
  });

  it('charges nothing to the day for an analysis id that is none', async () => {
    await start();
    expect((await ask('/analyses/nonsense')).status).toBe(404);
    const { body } = await ask('/users/user-1/overall_quotas');
    expect(body.data.api_requests_daily.user.used).toBe(0);
  });

  it('counts what another tool spends, and changes limits', async () => {
    await start();
    standIn.spend(4);
    expect((await submit()).status).toBe(429);
    standIn.setLimits({ perMinute: 10 });
    expect((await submit()).status).toBe(200);
    expect(standIn.stats()).toMatchObject({ spent: 4, maxInAnySlidingMinute: 2 });
  });

  it('keeps another user apart', async () => {
    const other = 'c'.repeat(64);
    await start({ apiKeys: [{ key: DEFAULT_API_KEY }, { key: other, user: 'somebody' }] });
    expect((await ask('/users/somebody')).body.data.attributes.apikey).toBeUndefined();
    expect((await ask('/users/somebody/overall_quotas')).status).toBe(403);
    expect((await ask('/users/nobody')).status).toBe(404);
  });

  it('compresses only for an agent that says gzip', async () => {
    await start();
    const headers = { 'x-apikey': DEFAULT_API_KEY, 'user-agent': 'oju (gzip)' };
    const zipped = await fetch(`${standIn.url}/users/user-1`, { headers });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(((await zipped.json()) as Body).data.id).toBe('user-1');
    const plain = await fetch(`${standIn.url}/users/user-1`, {
      headers: { 'x-apikey': DEFAULT_API_KEY },
    });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('content-type')).toBe('application/json');
  });

  it('sees requests when they arrive, and how many overlap', async () => {
    await start({
      clock: { factor: 1000, epoch: START },
      latencyMs: { toServer: [10_000, 10_000], fromServer: [20_000, 20_000] },
    });
    await Promise.all([submit(), submit('https://b.example/')]);
    const { arrivals, inFlight, maxInFlight } = standIn.stats();
    expect(maxInFlight).toBe(2);
    expect(inFlight).toBe(0);
    expect(Math.min(...arrivals)).toBeGreaterThanOrEqual(START + 9_000);
  });

  it('forgets on reset, but for the scripts of its start', async () => {
    await start({ verdicts: { '*': [{ refuse: 'Not today' }] } });
    standIn.fault({ kind: 'reset' });
    standIn.spend(4);
    standIn.script('*');
    standIn.reset();
    expect((await submit()).body.error.message).toBe('Not today');
    expect(standIn.stats()).toMatchObject({ spent: 0, faultsPending: 0, arrivals: [START] });
  });
});

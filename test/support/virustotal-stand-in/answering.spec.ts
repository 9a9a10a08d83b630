import { eventually } from '../eventually.js';
import type { Fault } from './faults.js';
import { DEFAULT_API_KEY } from './options.js';
import { startVirusTotalStandIn, type StandIn } from './server.js';

const LIMITS = { key: DEFAULT_API_KEY, perMinute: 1000 };

describe('scripted faults', () => {
  let standIn: StandIn;

  beforeAll(async () => {
    standIn = await startVirusTotalStandIn({ apiKeys: [LIMITS] });
  });

  afterAll(async () => {
    await standIn.close();
  });

  beforeEach(() => {
    standIn.reset();
  });

  async function submit(signal?: AbortSignal): Promise<Response> {
    return fetch(`${standIn.url}/urls`, {
      method: 'POST',
      headers: { 'x-apikey': DEFAULT_API_KEY },
      body: new URLSearchParams({ url: 'https://a.example/' }),
      ...(signal && { signal }),
    });
  }

  async function textUnder(fault: Fault, signal?: AbortSignal): Promise<[number, string]> {
    standIn.fault(fault);
    const response = await submit(signal);
    return [response.status, await response.text()];
  }

  /** Gives up only when the request has arrived, however long that takes. */
  async function hangs(fault: Fault): Promise<void> {
    const { length } = standIn.stats().arrivals;
    const patience = new AbortController();
    const text = textUnder(fault, patience.signal);
    const arrived = eventually(
      () => Promise.resolve(standIn.stats().arrivals.length),
      (arrivals) => arrivals > length,
    ).then(() => {
      patience.abort();
    });
    await expect(text).rejects.toThrow();
    await arrived;
  }

  it('resets the connection before, or after, the submission is accepted', async () => {
    await expect(textUnder({ kind: 'reset' })).rejects.toThrow();
    expect(standIn.stats().submissions).toEqual({});
    await expect(textUnder({ kind: 'reset-after-accept' })).rejects.toThrow();
    expect(standIn.stats().submissions).toEqual({ 'https://a.example/': 1 });
    expect(standIn.stats().arrivals).toHaveLength(2);
  });

  it('hangs before the headers, accepted or not, or in the body', async () => {
    await hangs({ kind: 'hang-headers' });
    expect(standIn.stats().submissions).toEqual({});
    await hangs({ kind: 'hang-headers', accepted: true });
    expect(standIn.stats().submissions).toEqual({ 'https://a.example/': 1 });
    standIn.fault({ kind: 'hang-body' });
    const patience = new AbortController();
    const response = await submit(patience.signal);
    expect(response.status).toBe(200);
    const body = response.text();
    patience.abort();
    await expect(body).rejects.toThrow();
  });

  it('sends a body slowly, or late, but whole', async () => {
    const began = performance.now();
    const [, slow] = await textUnder({ kind: 'slow-body', bytes: 60, everyMs: 5 });
    expect(JSON.parse(slow)).toHaveProperty('data.id');
    const [, late] = await textUnder({ kind: 'delay', ms: 20 });
    expect(JSON.parse(late)).toHaveProperty('data.id');
    expect(performance.now() - began).toBeGreaterThan(30);
  });

  it('sends over 8 MiB, its length declared or not', async () => {
    for (const declared of [false, true]) {
      standIn.fault({ kind: 'oversize', declared });
      const response = await submit();
      expect(response.headers.has('content-length')).toBe(declared);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(8 * 1024 * 1024);
    }
  });

  it('breaks a body off', async () => {
    standIn.fault({ kind: 'truncated' });
    const response = await submit();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('sends what is no object of the API', async () => {
    expect(await textUnder({ kind: 'html-200' })).toEqual([200, expect.stringContaining('<html')]);
    expect(await textUnder({ kind: 'html-429' })).toEqual([429, expect.stringContaining('<html')]);
    expect(await textUnder({ kind: 'html-502' })).toEqual([502, expect.stringContaining('<html')]);
    expect(await textUnder({ kind: 'json-null' })).toEqual([200, 'null']);
    expect(await textUnder({ kind: 'json-array' })).toEqual([200, '[]']);
    expect(await textUnder({ kind: 'body', body: '{"a":', status: 201 })).toEqual([201, '{"a":']);
    expect(standIn.stats().submissions).toEqual({});
  });

  it('sends any error, with its usual code and message unless told otherwise', async () => {
    const [status, text] = await textUnder({ kind: 'status', status: 504 });
    expect(status).toBe(504);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'DeadlineExceededError' } });
    standIn.fault({
      kind: 'status',
      status: 429,
      code: 'QuotaExceededError',
      headers: { 'Retry-After': '120' },
    });
    const response = await submit();
    expect(response.headers.get('retry-after')).toBe('120');
    expect(await response.json()).toEqual({
      error: { code: 'QuotaExceededError', message: 'Quota exceeded' },
    });
    expect(standIn.stats().refusals).toBe(0);
  });

  it('ends answers that hang when it closes', async () => {
    const other = await startVirusTotalStandIn({ apiKeys: [LIMITS] });
    other.fault({ kind: 'hang-headers' });
    const hanging = fetch(`${other.url}/users/user-1`, {
      headers: { 'x-apikey': DEFAULT_API_KEY },
    }).catch(() => 'ended');
    while (other.stats().inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await other.close();
    expect(await hanging).toBe('ended');
  });
});

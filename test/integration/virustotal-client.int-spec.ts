import { Logger } from '@nestjs/common';
import type { VirusTotalErrorKind } from '../../src/virustotal/virustotal-error.js';
import { OTHER_API_KEY, VirusTotalBench } from '../support/virustotal-bench.js';
import type { Fault } from '../support/virustotal-stand-in/faults.js';

const URL_A = 'https://a.example.org/';
const CLEAN = { category: 'harmless', result: 'clean', method: 'blacklist' };
const html = { 'content-type': 'text/html' };

describe('The VirusTotal client', () => {
  let bench: VirusTotalBench;

  beforeAll(async () => {
    bench = await VirusTotalBench.start(20, { analysis: { meanSec: 0, jitter: 0 } });
  });
  beforeEach(() => {
    bench.standIn.reset();
  });
  afterAll(async () => {
    await bench.stop();
  });

  const submitFailing = async (fault: Fault) => {
    bench.standIn.fault(fault);
    return bench.failure((call) => bench.client.submit(call, URL_A));
  };
  /** The analysis that VirusTotal answers with this text of JSON as its results. */
  const analysisWith = async (results: string) => {
    const body = `{"data":{"attributes":{"status":"completed","results":${results}}}}`;
    bench.standIn.fault({ kind: 'body', body });
    return bench.client.analysis(await bench.call(), 'u-1');
  };

  it('submits, looks, reports and asks for the quotas', async () => {
    const submission = await bench.client.submit(await bench.call(), URL_A);
    expect(submission.urlId).toMatch(/^[0-9a-f]{64}$/);
    const analysis = await bench.client.analysis(await bench.call(), submission.analysisId);
    expect(analysis).toMatchObject({ isCompleted: true, urlId: submission.urlId, dropped: [] });
    expect(analysis.verdicts.length).toBeGreaterThan(80);
    const report = await bench.client.urlReport(await bench.call(), submission.urlId!);
    expect(report).toEqual(analysis);
    const quotas = await bench.client.quotas(await bench.call());
    expect(quotas).toMatchObject({ daily: { allowed: 100_000, used: 3 } });
  });

  it('marks the place answered', async () => {
    const call = await bench.call();
    expect(await bench.place(call)).toMatchObject({ answeredAt: null });
    await bench.client.submit(call, URL_A);
    expect(await bench.place(call)).toMatchObject({ answeredAt: expect.any(Date) });
  });

  it.each<[Fault, VirusTotalErrorKind, string | RegExp]>([
    [{ kind: 'reset' }, 'unavailable', 'the connection broke off'],
    [{ kind: 'reset-after-accept' }, 'unavailable', 'the connection broke off'],
    [{ kind: 'truncated' }, 'unavailable', 'the connection broke off'],
    [{ kind: 'oversize' }, 'unavailable', 'an answer of over 8 MiB'],
    [{ kind: 'oversize', declared: true }, 'unavailable', 'an answer of over 8 MiB'],
    [{ kind: 'html-200' }, 'unavailable', 'HTTP 200, but the body is not JSON'],
    [{ kind: 'body', body: '' }, 'unavailable', 'HTTP 200, but the body is not JSON'],
    [{ kind: 'html-429' }, 'quota_exceeded', 'HTTP 429'],
    [{ kind: 'html-502' }, 'unavailable', 'HTTP 502'],
    [{ kind: 'body', status: 403, body: '<p>Proxy', headers: html }, 'unavailable', 'HTTP 403'],
    [{ kind: 'body', status: 204, body: '' }, 'unavailable', 'HTTP 204'],
    [{ kind: 'json-null' }, 'unexpected_shape', 'The answer has no usable data.id'],
    [{ kind: 'json-array' }, 'unexpected_shape', 'The answer has no usable data.id'],
    [{ kind: 'body', body: '{"data":{}}' }, 'unexpected_shape', /data\.id/],
    [{ kind: 'status', status: 400 }, 'invalid_url', /^HTTP 400, BadRequestError/],
    [{ kind: 'status', status: 400, code: 'NotAvailableYet' }, 'unavailable', /NotAvailableYet/],
    [{ kind: 'status', status: 400, code: 'constructor' }, 'invalid_url', /constructor/],
    [{ kind: 'status', status: 401 }, 'key_rejected', /WrongCredentialsError/],
    [{ kind: 'status', status: 401, code: 'UserNotActiveError' }, 'key_rejected', /NotActive/],
    [{ kind: 'status', status: 403 }, 'key_rejected', /ForbiddenError/],
    [{ kind: 'status', status: 404 }, 'not_found', /NotFoundError/],
    [{ kind: 'status', status: 424 }, 'unavailable', /FailedDependencyError/],
    [{ kind: 'status', status: 429 }, 'unavailable', /TooManyRequestsError/],
    [{ kind: 'status', status: 429, code: 'QuotaExceededError' }, 'quota_exceeded', /Quota/],
    [{ kind: 'status', status: 500 }, 'unavailable', /^HTTP 500/],
    [{ kind: 'status', status: 503 }, 'unavailable', /TransientError/],
    [{ kind: 'status', status: 504 }, 'unavailable', /DeadlineExceededError/],
    [
      { kind: 'body', status: 429, body: '{}', headers: { 'content-encoding': 'gzip' } },
      'unavailable',
      /no usable answer/,
    ],
    [
      { kind: 'status', status: 302, headers: { location: '/api/v3/urls' } },
      'unavailable',
      /^HTTP 302/,
    ],
  ])('calls %j %s, and its place answered', async (fault, kind, reason) => {
    const { error, isPlaceAnswered } = await submitFailing(fault);
    expect(error.kind).toBe(kind);
    expect(error.details.reason).toMatch(reason);
    expect(isPlaceAnswered).toBe(true);
    expect(bench.standIn.stats().requests).toEqual({ 'POST /urls': 1 });
  });

  it('tells when a request was sent that failed, answered or not', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 503 }, { kind: 'reset' }];
    for (const fault of faults) {
      const begin = bench.clock.monotonicMs();
      const { error } = await submitFailing(fault);
      expect(error.details.sentMs).toBeGreaterThanOrEqual(begin);
      expect(error.details.sentMs).toBeLessThanOrEqual(bench.clock.monotonicMs());
    }
  });

  it('calls a server that is not there unavailable', async () => {
    const gone = await VirusTotalBench.start(20);
    await gone.standIn.close();
    const { error, isPlaceAnswered } = await gone.failure((call) => gone.client.quotas(call));
    expect(error).toMatchObject({
      kind: 'unavailable',
      details: { reason: 'the connection was refused' },
    });
    expect(isPlaceAnswered).toBe(true);
    await gone.stop();
  });

  it('tells how long to wait, in seconds or by date', async () => {
    const at = (value: string): Fault => ({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': value },
    });
    expect((await submitFailing(at('120'))).error.details.retryAfterMs).toBe(120_000);

    const date = new Date(bench.clock.now().getTime() + 3_600_000).toUTCString();
    const waitMs = (await submitFailing(at(date))).error.details.retryAfterMs;
    expect(waitMs).toBeLessThanOrEqual(3_600_000);
    expect(waitMs).toBeGreaterThan(3_500_000);

    expect((await submitFailing(at('soon'))).error.details.retryAfterMs).toBeUndefined();
  });

  it.each([
    ['{"__proto__": CLEAN, "constructor": CLEAN}', ['__proto__', 'constructor']],
    ['{"A": {"category": "malicious"}, "A": CLEAN}', ['A']],
    [`{"${'x'.repeat(1024 * 1024)}": CLEAN, "A": CLEAN}`, ['A']],
  ])('keeps the usable engines, case %#', async (results, engines) => {
    const analysis = await analysisWith(results.replaceAll('CLEAN', JSON.stringify(CLEAN)));
    expect(analysis.verdicts).toEqual(engines.map((engine) => ({ engine, ...CLEAN })));
  });

  it('tells of an engine name of a megabyte in 80 characters', async () => {
    const long = 'x'.repeat(1024 * 1024);
    const { dropped } = await analysisWith(JSON.stringify({ [long]: CLEAN, A: CLEAN }));
    expect(dropped).toEqual([{ engine: 'x'.repeat(80), reason: 'engine_name' }]);
  });

  describe('never tells the key', () => {
    const key = OTHER_API_KEY;
    const isTold = (text: string) => text.toLowerCase().includes(key.toLowerCase().slice(0, 8));

    it.each(['key', 'key in lower case'])('when VirusTotal repeats the %s', async (which) => {
      const said = which === 'key' ? key : key.toLowerCase();
      bench.log();
      const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
      const errors = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
      try {
        const message = `Wrong API key: ${said}`;
        bench.standIn.fault({ kind: 'status', status: 401, message });
        const { error } = await bench.failure((call) => bench.client.quotas(call), key);
        new Logger('Test').debug(`${error.stack ?? ''} ${JSON.stringify(error)}`);
        new Logger('Test').error(`/users/${said}/overall_quotas`, error.stack);

        expect(error.kind).toBe('key_rejected');
        expect(error.details.reason).toContain('Wrong API key: [redacted]');
        const logged = [...write.mock.calls, ...errors.mock.calls].map(([text]) => String(text));
        expect(logged.join('')).toContain('Wrong API key');
        expect([...logged, JSON.stringify(error), error.stack ?? ''].filter(isTold)).toEqual([]);
      } finally {
        write.mockRestore();
        errors.mockRestore();
      }
    });

    // Wherever the text is cut, no half of a key may be left at the cut.
    it.each([0, 30, 470, 16 * 1024 - 60, 16 * 1024 - 20])('at %i of an answer', async (at) => {
      const filling = '.'.repeat(at);
      bench.standIn.fault({ kind: 'status', status: 401, message: filling + key });
      const refused = await bench.failure((call) => bench.client.quotas(call), key);
      expect(isTold(JSON.stringify(refused.error))).toBe(false);

      const body = JSON.stringify({ no: filling, data: `${key} ${'.'.repeat(20_000)}` });
      bench.standIn.fault({ kind: 'body', body });
      const odd = await bench.failure((call) => bench.client.quotas(call), key);
      expect(odd.error.kind).toBe('unexpected_shape');
      expect(odd.error.details.excerpt).toContain('{"no":"');
      expect(isTold(JSON.stringify(odd.error))).toBe(false);
      expect(Buffer.byteLength(odd.error.details.excerpt!)).toBeLessThanOrEqual(16 * 1024);
    });
  });
});

describe('The VirusTotal client, left waiting', () => {
  let bench: VirusTotalBench;

  beforeAll(async () => {
    bench = await VirusTotalBench.start(1000);
  });
  afterAll(async () => {
    await bench.stop();
  });

  it.each<Fault>([
    { kind: 'hang-headers' },
    { kind: 'hang-body' },
    { kind: 'slow-body', bytes: 1, everyMs: 5 },
  ])('gives up after 60 s on $kind', async (fault) => {
    bench.standIn.fault(fault);
    const begin = bench.clock.monotonicMs();
    const { error, isPlaceAnswered } = await bench.failure((call) =>
      bench.client.submit(call, URL_A),
    );
    expect(error).toMatchObject({ kind: 'unavailable', details: { reason: 'no answer in time' } });
    expect(isPlaceAnswered).toBe(true);
    // Whatever the machine adds, it is short of any bound but ours.
    const elapsedMs = bench.clock.monotonicMs() - begin;
    expect(elapsedMs).toBeGreaterThanOrEqual(60_000);
    expect(elapsedMs).toBeLessThan(2_000_000);
  });
});

import * as fc from 'fast-check';
import { failedAnswer, retryAfterMs } from './failed-answer.js';
import type { VirusTotalErrorKind } from './virustotal-error.js';

const NOW = Date.parse('2026-11-24T09:00:00.000Z');
const body = (code: unknown, message: unknown = 'why') =>
  JSON.stringify({ error: { code, message } });
const failed = (status: number, text: string) =>
  failedAnswer({ status, headers: {}, body: text }, NOW);

describe('failedAnswer', () => {
  it.each<[number, string, VirusTotalErrorKind]>([
    [400, 'BadRequestError', 'invalid_url'],
    [400, 'InvalidArgumentError', 'invalid_url'],
    [400, 'NotAvailableYet', 'unavailable'],
    [400, 'SomethingNew', 'invalid_url'],
    [401, 'AuthenticationRequiredError', 'key_rejected'],
    [401, 'UserNotActiveError', 'key_rejected'],
    [401, 'WrongCredentialsError', 'key_rejected'],
    [403, 'ForbiddenError', 'key_rejected'],
    [403, 'SomethingNew', 'key_rejected'],
    [404, 'NotFoundError', 'not_found'],
    [409, 'AlreadyExistsError', 'unavailable'],
    [424, 'FailedDependencyError', 'unavailable'],
    [429, 'QuotaExceededError', 'quota_exceeded'],
    [429, 'TooManyRequestsError', 'unavailable'],
    [429, 'SomethingNew', 'quota_exceeded'],
    [500, 'QuotaExceededError', 'unavailable'],
    [503, 'TransientError', 'unavailable'],
    [504, 'DeadlineExceededError', 'unavailable'],
  ])('%i %s is %s', (status, code, kind) => {
    const error = failed(status, body(code));
    expect(error.kind).toBe(kind);
    expect(error.details.reason).toBe(`HTTP ${status}, ${code}: why`);
  });

  it.each<[number, string, boolean]>([
    [403, 'ForbiddenError', true],
    [403, 'SomethingNew', true],
    [403, 'WrongCredentialsError', false],
    [403, 'UserNotActiveError', false],
    [401, 'ForbiddenError', true],
    [401, 'WrongCredentialsError', false],
    [401, 'SomethingNew', false],
    [404, 'NotFoundError', false],
    [500, 'ForbiddenError', false],
  ])('%i %s forbids that very request alone: %s', (status, code, isForbidden) => {
    expect(failed(status, body(code)).details.isForbidden).toBe(isForbidden);
  });

  it('takes a 403 of the way for no word on the key', () => {
    expect(failed(403, '<title>Error</title>').details.isForbidden).toBe(false);
    expect(failed(403, '{}').details.isForbidden).toBe(true);
  });

  // What is no object of JSON was not written by VirusTotal: it says nothing of the URL or the key.
  it.each(['', '<title>Error</title>', '"text"', '[1', 'null', '7'])(
    'is of the way with %j',
    (text) => {
      const kinds = [204, 302, 400, 401, 403, 404, 413, 502].map(
        (status) => failed(status, text).kind,
      );
      expect(new Set(kinds)).toEqual(new Set(['unavailable']));
      expect(failed(429, text).kind).toBe('quota_exceeded');
      expect(failed(403, text).details.reason).toBe('HTTP 403');
    },
  );

  it.each(['{}', '{"error":null}', '{"error":"text"}', '{"error":{"code":7}}', '{"error":[]}'])(
    'is of the status with %s',
    (text) => {
      const kinds = [400, 401, 403, 404, 429].map((status) => failed(status, text).kind);
      expect(kinds).toEqual([
        'invalid_url',
        'key_rejected',
        'key_rejected',
        'not_found',
        'quota_exceeded',
      ]);
    },
  );

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'knows no code %s',
    (code) => {
      expect(failed(404, body(code)).kind).toBe('not_found');
    },
  );

  it('is always one of the kinds, with a reason of at most 500 characters', () => {
    const kinds = ['unavailable', 'quota_exceeded', 'key_rejected', 'invalid_url', 'not_found'];
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc
        .string({ unit: 'binary', minLength: 500, maxLength: 2000 })
        .map((long) => body(long, long)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 201, max: 599 }), text, (status, given) => {
        const { kind, details } = failed(status, given);
        expect(kinds).toContain(kind);
        expect(details.reason.length).toBeLessThanOrEqual(500);
        expect(details.reason.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('retryAfterMs', () => {
  it.each<[unknown, number | undefined]>([
    ['120', 120_000],
    [' 0 ', 0],
    ['Tue, 24 Nov 2026 10:00:00 GMT', 3_600_000],
    ['Tue, 24 Nov 2026 08:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['99999999999', undefined],
    ['', undefined],
    [undefined, undefined],
    [['120'], undefined],
  ])('of %j is %j', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
    const answer = { status: 429, headers: { 'retry-after': header }, body: '' };
    expect(failedAnswer(answer, NOW).details.retryAfterMs).toBe(ms);
  });
});

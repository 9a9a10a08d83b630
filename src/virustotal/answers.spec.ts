import * as fc from 'fast-check';
import { excerpt, parseAnalysis, parseQuotas, parseSubmission, parseUrlReport } from './answers.js';
import { VirusTotalError } from './virustotal-error.js';

const SHA = '0123456789abcdef'.repeat(4);
const CLEAN = { category: 'harmless', result: 'clean', method: 'blacklist', engine_name: 'A' };
const completed = (results: unknown) => ({
  data: { attributes: { status: 'completed', results } },
});
const PARSERS = { parseSubmission, parseAnalysis, parseUrlReport, parseQuotas };

function errorOf(parse: () => unknown): VirusTotalError {
  try {
    parse();
  } catch (error) {
    if (error instanceof VirusTotalError) return error;
    throw error;
  }
  throw new Error('It was taken');
}

/** JSON that looks like an answer in places. */
const nearlyAnswers = fc.letrec((tie) => {
  const key = fc.oneof(
    fc.constantFrom('data', 'id', 'attributes', 'status', 'results', 'last_analysis_results'),
    fc.constantFrom('category', 'api_requests_daily', 'user', 'allowed', 'used', '__proto__'),
    fc.string({ unit: 'binary' }),
  );
  const leaf = fc.oneof(fc.constantFrom('completed', 'malicious', -1, 1e21), fc.jsonValue());
  return {
    value: fc.oneof(
      { weight: 3, arbitrary: leaf },
      { weight: 5, arbitrary: fc.dictionary(key, tie('value'), { noNullPrototype: true }) },
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    ),
  };
}).value;

describe('Every parser', () => {
  it.each(Object.entries(PARSERS))('%s takes an answer or throws a VirusTotalError', (_, parse) => {
    fc.assert(
      fc.property(nearlyAnswers, (body) => {
        let error: VirusTotalError;
        try {
          parse(JSON.parse(JSON.stringify(body)));
          return;
        } catch (thrown) {
          error = thrown as VirusTotalError;
        }
        expect(error).toBeInstanceOf(VirusTotalError);
        expect(error.kind).toBe('unexpected_shape');
        expect(Buffer.byteLength(error.details.excerpt ?? '')).toBeLessThanOrEqual(16 * 1024);
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(PARSERS))('%s survives JSON of any depth', (_, parse) => {
    const depth = 200_000;
    const deep = JSON.parse(`{"data":${'['.repeat(depth)}${']'.repeat(depth)}}`) as unknown;
    expect(errorOf(() => parse(deep)).kind).toBe('unexpected_shape');
  });

  it.each(Object.entries(PARSERS))('%s says what it misses, and keeps the payload', (_, parse) => {
    const { details } = errorOf(() => parse({ odd: 'payload' }));
    expect(details.reason).toMatch(/^The answer has no usable data/);
    expect(details.excerpt).toBe('{"odd":"payload"}');
  });
});

describe('parseSubmission', () => {
  it.each([
    [`u-${SHA}-1722582595`, SHA],
    // A private analysis or a file's.
    ['OTFiMDcyMDMwM2FkNGYw==', null],
    [`u-${SHA}-17225825951722`, null],
    [`u-${SHA.toUpperCase()}-1722582595`, null],
  ])('of %s', (id, urlId) => {
    expect(parseSubmission({ data: { type: 'analysis', id } })).toEqual({ analysisId: id, urlId });
  });

  it.each([undefined, null, 7, '', 'x'.repeat(256), 'a b', 'a\n', '\ud800', 'ä', {}, []])(
    'refuses the id %j, which could not be sent back',
    (id) => {
      expect(errorOf(() => parseSubmission({ data: { id } })).kind).toBe('unexpected_shape');
    },
  );
});

describe('parseAnalysis', () => {
  it.each(['queued', 'in-progress', 'error', ''])('reads no results while it is %j', (status) => {
    const body = { data: { attributes: { status, results: { A: CLEAN }, date: 1_722_582_595 } } };
    expect(parseAnalysis(body)).toEqual({
      isCompleted: false,
      date: new Date('2024-08-02T07:09:55.000Z'),
      urlId: null,
      verdicts: [],
      dropped: [],
    });
  });

  it.each([
    ['url_info', { data: { id: 'u-x' }, meta: { url_info: { id: SHA } } }, SHA],
    ['its own id', { data: { id: `u-${SHA}-1722582595` } }, SHA],
    ['its own id beside odd url_info', { data: { id: `u-${SHA}-1722582595` }, meta: 7 }, SHA],
    ['nowhere', { data: { id: 7 } }, null],
  ])('takes the URL id from %s', (_, { data, meta }: { data: object; meta?: unknown }, urlId) => {
    const body = { data: { ...data, attributes: { status: 'queued' } }, meta };
    expect(parseAnalysis(body).urlId).toBe(urlId);
  });

  it.each([undefined, null, 'x', -1, 1.5, 253_402_300_800, 1e300])(
    'takes no date from %j',
    (date) => {
      expect(parseAnalysis({ data: { attributes: { status: 'queued', date } } }).date).toBeNull();
    },
  );

  it.each([undefined, null, [], 'x'])('refuses the results %j of a completed one', (results) => {
    expect(errorOf(() => parseAnalysis(completed(results))).details.reason).toContain('results');
  });

  it('takes a completed one without results, for others to judge', () => {
    expect(parseAnalysis(completed({}))).toMatchObject({ isCompleted: true, verdicts: [] });
  });

  it.each<[string, object, object]>([
    ['all of it', CLEAN, { category: 'harmless', result: 'clean', method: 'blacklist' }],
    ['no text', { category: 'timeout', result: null }, { result: null, method: null }],
    ['text of another type', { category: 'harmless', result: 7 }, { result: null }],
    [
      'a category that is new',
      { category: 'confirmed-timeout' },
      { category: 'confirmed-timeout' },
    ],
    ['a name that is not the key', { ...CLEAN, engine_name: 'B' }, { engine: 'A' }],
    [
      'long texts',
      { category: 'c'.repeat(65), result: 'r'.repeat(1001), method: 'm'.repeat(65) },
      {
        category: 'c'.repeat(64),
        result: 'r'.repeat(1000),
        method: 'm'.repeat(64),
      },
    ],
    [
      'halves of characters',
      { category: '\ud83d', result: 'a\udc00' },
      {
        category: '\ufffd',
        result: 'a\ufffd',
      },
    ],
  ])('keeps %s of a result', (_, entry, verdict) => {
    expect(parseAnalysis(completed({ A: entry })).verdicts).toMatchObject([verdict]);
  });

  it('cuts no character in two', () => {
    const { verdicts } = parseAnalysis(
      completed({ A: { category: '🦉'.repeat(100), result: null } }),
    );
    expect(verdicts[0]?.category).toBe('🦉'.repeat(64));
  });

  it.each([
    ['', ''],
    ['x'.repeat(256), 'x'.repeat(80)],
    [' Kaspersky', ' Kaspersky'],
    ['Kaspersky\u00a0', 'Kaspersky\u00a0'],
    ['a\u0000b', 'a\ufffdb'],
    ['a\u0085b', 'a\ufffdb'],
    ['\ud800', '\ufffd'],
  ])('drops the engine %j and keeps the others', (engine, shown) => {
    const { verdicts, dropped } = parseAnalysis(completed({ [engine]: CLEAN, 'G-Data': CLEAN }));
    expect(verdicts.map((verdict) => verdict.engine)).toEqual(['G-Data']);
    expect(dropped).toEqual([{ engine: shown, reason: 'engine_name' }]);
  });

  it.each([null, 'clean', [], {}, { category: null }, { category: '' }, { category: 7 }])(
    'drops the result %j and keeps the others',
    (entry) => {
      const { verdicts, dropped } = parseAnalysis(completed({ A: entry, B: CLEAN }));
      expect(verdicts.map((verdict) => verdict.engine)).toEqual(['B']);
      expect(dropped).toEqual([{ engine: 'A', reason: 'shape' }]);
    },
  );

  it('refuses results that are odd throughout', () => {
    const odd = completed({ A: 'clean', B: 'clean' });
    expect(errorOf(() => parseAnalysis(odd)).kind).toBe('unexpected_shape');
  });

  it('keeps every usable engine name exactly, those of objects too', () => {
    const names = ['__proto__', 'constructor', 'toString', '0xSI_f33d', '7', 'AILabs (MONITORAPP)'];
    const results = `{${names.map((name) => `"${name}":${JSON.stringify(CLEAN)}`).join()}}`;
    const { verdicts } = parseAnalysis(completed(JSON.parse(results)));
    expect(verdicts.map(({ engine }) => engine).sort()).toEqual([...names].sort());
  });
});

describe('parseUrlReport', () => {
  it('is completed, of the day of its last analysis', () => {
    const attributes = { last_analysis_date: 60, last_analysis_results: { A: CLEAN } };
    expect(parseUrlReport({ data: { id: SHA, attributes } })).toMatchObject({
      isCompleted: true,
      date: new Date(60_000),
      urlId: SHA,
      verdicts: [{ engine: 'A' }],
    });
  });
});

describe('parseQuotas', () => {
  const quotas = (user: unknown, group?: unknown) =>
    parseQuotas({ data: { api_requests_daily: { user, group } } }).daily;
  const quota = (allowed: unknown, used: unknown) => ({ allowed, used });

  it.each<[string, unknown, unknown, object | null]>([
    ['the user has', quota(500, 3), undefined, quota(500, 3)],
    ['the group leaves less of', quota(500, 3), quota(600, 590), quota(600, 590)],
    ['the user has less of than the group', quota(500, 499), quota(600, 3), quota(500, 499)],
    ['only the group has', undefined, quota(600, 3), quota(600, 3)],
    ['is overdrawn', quota(500, 900), undefined, quota(500, 900)],
    ['nobody tells', undefined, undefined, null],
    ['is negative', quota(-1, 3), undefined, null],
    ['is text', quota('500', 3), undefined, null],
    ['is no whole number', quota(500, 0.5), quota(600, 3), quota(600, 3)],
  ])('takes what %s', (_, user, group, expected) => {
    expect(quotas(user, group)).toEqual(expected);
  });

  it('takes a key without quotas', () => {
    expect(parseQuotas({ data: {} })).toEqual({ daily: null, monthly: null });
  });
});

describe('excerpt', () => {
  it('is a beginning of at most 16 KB of UTF-8', () => {
    const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 20_000 }), (text, times) => {
        const whole = text.repeat(times);
        const cut = excerpt(whole);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(16 * 1024);
        expect(whole.toWellFormed()).toContain(cut.slice(0, -1));
        if (Buffer.byteLength(whole) < 16_000) expect(cut).toBe(whole.toWellFormed());
      }),
    );
  });

  it('of nothing is empty', () => {
    expect(excerpt(undefined)).toBe('');
  });
});

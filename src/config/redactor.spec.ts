import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createAppConfig } from './app-config.js';
import { secretsOf } from './config-secrets.js';
import { Redactor } from './redactor.js';

const KEY = '0123456789abcdef'.repeat(4);
const TOLD = 'p&ss "word"/1';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
const SESSION = 's%3AZ2V0LW91dC1vZi1teS1zZXNzaW9u.c2lnbmF0dXJlLW9mLXRoZS1zZXNzaW9u%2B';

describe('Redactor', () => {
  const redactor = new Redactor();
  redactor.protect(KEY);
  redactor.protect(TOLD);

  it.each([
    [`GET /urls with ${KEY} twice ${KEY}`, 'GET /urls with [redacted] twice [redacted]'],
    [`/users/${KEY}/overall_quotas`, '/users/[redacted]/overall_quotas'],
    ['password p&ss "word"/1', 'password [redacted]'],
    ['?q=p%26ss%20%22word%22%2F1', '?q=[redacted]'],
    ['?q=p%26ss%20%22word%22%2f1', '?q=[redacted]'],
    ['q=p%26ss+%22word%22%2F1', 'q=[redacted]'],
    ['<b>p&amp;ss &quot;word&quot;/1</b>', '<b>[redacted]</b>'],
    [JSON.stringify({ x: TOLD }), '{"x":"[redacted]"}'],
    [Buffer.from(TOLD).toString('hex'), '[redacted]'],
    ['Bearer oju_Ab3dE_fGh-12', 'Bearer oju_[redacted]'],
    ['the token that begins with oju_Ab3dE_fG', 'the token that begins with oju_Ab3dE_fG'],
    ['x-apikey: 00ff00ff', 'x-apikey: [redacted]'],
    ['{"X-Apikey":"00ff00ff"}', '{"X-Apikey":"[redacted]"}'],
    ['nothing secret', 'nothing secret'],
  ])('makes %p into %p', (text, clean) => {
    expect(redactor.redact(text)).toBe(clean);
  });

  it.each([
    ['mysql://oju:hunter2@db:3306/oju', 'mysql://oju:[redacted]@db:3306/oju'],
    ['at redis://:hunter2@10.0.0.1/0.', 'at redis://:[redacted]@10.0.0.1/0.'],
    ['smtps://a%40b.example:h@nter2@mail', 'smtps://a%40b.example:[redacted]@mail'],
    [
      'http://user:hunter2@proxy:3128 and http://a:1/b',
      'http://user:[redacted]@proxy:3128 and http://a:1/b',
    ],
    ['https://example.org:8443/a@b', 'https://example.org:8443/a@b'],
    ['Authorization: Basic b2p1Omh1bnRlcjI=\nHost: a', 'Authorization: [redacted]\nHost: a'],
    ['{"authorization":"Basic b2p1","a":1}', '{"authorization":"[redacted]","a":1}'],
    ["{ 'proxy-authorization': 'Basic b2p1' }", "{ 'proxy-authorization': '[redacted]' }"],
    ['with Bearer abcdefgh1234.x~y/z== it', 'with Bearer [redacted] it'],
    [`Cookie: theme=dark; oju=${SESSION}`, 'Cookie: [redacted]'],
    [`{"set-cookie":["oju=${SESSION}; Path=/"],"a":1}`, '{"set-cookie":"[redacted]","a":1}'],
    [`oju=${SESSION}; Path=/`, 'oju=[redacted]; Path=/'],
    [decodeURIComponent(SESSION), '[redacted]'],
    ["sessionID: 'Z2V0LW91dC1vZi1teS1zZXNzaW9u'", "sessionID: '[redacted]'"],
    [`id ${JWT}.`, 'id [redacted].'],
    [
      'GET /login/oidc/callback?code=kYb2-P0x_q8ZrN4tW7vC&state=kYb2-P0x_q8ZrN4tW7vC&iss=x',
      'GET /login/oidc/callback?code=[redacted]&state=[redacted]&iss=x',
    ],
    ['code=kYb2-P0x_q8ZrN4tW7vC&grant_type=a', 'code=[redacted]&grant_type=a'],
    ['failed with code=ECONNREFUSED', 'failed with code=ECONNREFUSED'],
    [
      'client_secret=x&code_verifier=y&a=b',
      'client_secret=[redacted]&code_verifier=[redacted]&a=b',
    ],
    [
      '{"access_token":"a\\"b","password":"c"}',
      '{"access_token":"[redacted]","password":"[redacted]"}',
    ],
    ["{ password: 'it\\'s' }", "{ password: '[redacted]' }"],
    [
      'http://127.0.0.1:3000/setup?token=the-log-prints-it',
      'http://127.0.0.1:3000/setup?token=the-log-prints-it',
    ],
    ['The password is wrong.', 'The password is wrong.'],
  ])('knows by its form what it was not told of: %p', (text, clean) => {
    expect(new Redactor().redact(text)).toBe(clean);
  });

  it('takes out what it was told of later, and not what is too short to be a secret', () => {
    const late = new Redactor();
    expect(late.redact('token hush-hush')).toBe('token hush-hush');
    late.protect('hush-hush');
    late.protect('');
    late.protect('manager');
    expect(late.redact('manager: hush-hush')).toBe('manager: [redacted]');
  });

  it('knows every secret of the configuration', () => {
    const secret = Buffer.alloc(32, 1).toString('base64');
    const other = Buffer.alloc(32, 2).toString('base64');
    const config = createAppConfig({
      DATABASE_URL: 'mysql://oju:data%2Fbase@db.example.org/oju',
      REDIS_URL: 'redis://:re-dis@redis.example.org',
      SMTP_URL: 'smtp://oju:sm%20tp@mail.example.org',
      MAIL_FROM: 'oju@example.org',
      HTTPS_PROXY: 'http://oju:pro-xy@proxy.example.org',
      OJU_SECRET: `${secret},${other}`,
      OJU_ADMIN_EMAIL: 'ada@example.org',
      OJU_ADMIN_PASSWORD: 'correct horse battery',
      OJU_OIDC_ISSUER: 'https://id.example.org',
      OJU_OIDC_CLIENT_ID: 'oju',
      OJU_OIDC_CLIENT_SECRET: 'client-secret',
      OJU_OIDC_ROLES: 'a=admin',
      OJU_HEARTBEAT_URL: 'https://watchdog.example.org/ping/0f4c2b9e-7a11-4c3d?n=oju',
    });

    expect(new Set(secretsOf(config))).toEqual(
      new Set([
        'data%2Fbase',
        'data/base',
        're-dis',
        'sm%20tp',
        'sm tp',
        'pro-xy',
        'correct horse battery',
        'client-secret',
        'https://watchdog.example.org/ping/0f4c2b9e-7a11-4c3d?n=oju',
        '0f4c2b9e-7a11-4c3d',
        secret,
        other,
      ]),
    );
    expect(secretsOf(createAppConfig({}))).toEqual([]);
  });
});

/** How the places that logs, errors and audit rows come from write a secret. */
const WAYS: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => encodeURIComponent(secret),
  (secret) => new URLSearchParams({ a: secret }).toString(),
  (secret) => JSON.stringify({ deep: [secret] }),
  (secret) => Buffer.from(secret).toString('hex'),
  (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  (secret) => Buffer.from(secret).toString('base64'),
  (secret) => Buffer.from(`user:${secret}`).toString('base64'),
  (secret) => Buffer.from(`x${secret}, and more`).toString('base64'),
  (secret) => Buffer.from(`xy${secret}.`).toString('base64url'),
  (secret) => `smtp://oju:${encodeURIComponent(secret)}@mail.example.org`,
  (secret) => `Authorization: Bearer ${secret}`,
];

describe('for any secret and any text around it', () => {
  const anySecret = fc
    .string({ minLength: 12, maxLength: 64, unit: 'grapheme' })
    .filter((text) => text.isWellFormed() && text.length >= 12 && new Set(text).size > 4);
  // Of what a secret may be made of, so that a slice of one is no slice of the text around it.
  const around = fc.string({
    maxLength: 40,
    unit: fc.constantFrom(...Array.from('\n \t"\'{}[]:,;@/?&=%')),
  });

  it('leaves none of it, in no spelling', () => {
    fc.assert(
      fc.property(
        anySecret,
        fc.constantFrom(...WAYS),
        around,
        around,
        (secret, write, before, after) => {
          const redactor = new Redactor();
          redactor.protect(secret);
          const written = write(secret);
          const clean = redactor.redact(`${before}${written}${after}`);

          for (const way of [WAYS[0], WAYS[1], WAYS[4], WAYS[6]]) {
            const spelling = way!(secret);
            // The last characters of base64 depend on what comes after.
            expect(clean).not.toContain(spelling.replace(/.{0,2}=*$/, ''));
          }
          expect(clean.includes('[redacted]')).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has nothing more to take out the second time', () => {
    fc.assert(
      fc.property(anySecret, fc.constantFrom(...WAYS), around, (secret, write, before) => {
        const redactor = new Redactor();
        redactor.protect(secret);
        const clean = redactor.redact(before + write(secret));
        expect(redactor.redact(clean)).toBe(clean);
      }),
    );
  });

  it('changes no text that has none', () => {
    const words = fc.array(fc.stringMatching(/^[A-Za-z][a-z]{0,8}[.,]?$/), { maxLength: 30 });
    const redactor = new Redactor();
    redactor.protect(createHash('sha256').update('x').digest('hex'));
    fc.assert(
      fc.property(words, (list) => {
        const text = list.join(' ');
        expect(redactor.redact(text)).toBe(text);
      }),
    );
  });

  it('takes no longer for text that is made to be slow', () => {
    const redactor = new Redactor();
    const slow = [
      'a://b:',
      'code=',
      'Cookie: [',
      'authorization="',
      'eyJaaaaa.',
      's:'.padEnd(20, 'a'),
      'deadbeef',
      'password: "',
    ];
    const start = performance.now();
    for (const part of slow) redactor.redact(part.repeat(20_000));

    expect(performance.now() - start).toBeLessThan(5000);
  });
});

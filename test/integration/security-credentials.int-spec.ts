import { createHmac } from 'node:crypto';
import request from 'supertest';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { ApiTokenService } from '../../src/access/api-token.service.js';
import { SecretBox } from '../../src/config/secret-box.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TestApp } from '../support/app.js';
import { fewOf } from '../support/cases.js';
import { describeOnOneDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { entriesOf } from '../support/routes.js';
import { tried } from '../support/tries-tally.js';

const HOUR_MS = 3_600_000;

describeOnOneDatabase('a credential that is not good', (database) => {
  let app: TestApp;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
  });
  afterAll(async () => {
    await app.stop();
  });

  const visit = (cookie: string) =>
    new Browser(app.http).agent.get('/vendor').set('Cookie', cookie);
  const sign = (id: string, key: string) =>
    encodeURIComponent(
      `s:${id}.${createHmac('sha256', key).update(id).digest('base64').replace(/=+$/, '')}`,
    );

  it('as a cookie opens no page', async () => {
    const browser = await app.browser('admin');
    const good = browser.cookie;
    const value = decodeURIComponent(good.slice('oju='.length));
    const [id = '', signature = ''] = value.slice(2).split('.');
    const ended = (await app.browser('admin')).cookie;
    const other = await app.browser('admin');
    await other.submit('/vendor', {}, '/logout');
    const stranger = Buffer.alloc(32, 99).toString('base64');
    const ownKey = new SecretBox([stranger]).signingKeys[0] ?? '';
    const bad = {
      none: '',
      empty: 'oju=',
      'of another name': good.replace('oju=', 'connect.sid='),
      'of a signature cut by one': good.slice(0, -1),
      'of no signature': `oju=${encodeURIComponent(`s:${id}`)}`,
      'of an empty signature': `oju=${encodeURIComponent(`s:${id}.`)}`,
      'that is not signed': `oju=${id}`,
      'of an id cut by one': `oju=${encodeURIComponent(`s:${id.slice(1)}.${signature}`)}`,
      'of another id': `oju=${encodeURIComponent(`s:${'A'.repeat(32)}.${signature}`)}`,
      'signed with another secret': `oju=${sign(id, ownKey)}`,
      'signed with nothing': `oju=${sign(id, '')}`,
      'that is JSON': `oju=${encodeURIComponent('j:{"userId":1}')}`,
      'for SQL': `oju=${encodeURIComponent("s:' OR '1'='1.x")}`,
      'that cannot be decoded': 'oju=s%3A%E0%A4%A',
      'of 8 KB': `oju=${'x'.repeat(8000)}`,
      'before the good one': `oju=x; ${good}`,
    };
    expect((await visit(good)).status).toBe(200);
    for (const [what, cookie] of Object.entries(bad)) {
      const { status, headers } = await visit(cookie);
      tried('forged, cut and ended cookies');
      expect([what, status, headers.location]).toEqual([what, 303, '/login']);
    }

    expect((await visit(ended)).status).toBe(200);
    await clock.skip(13 * HOUR_MS);
    for (const cookie of [ended, good, other.cookie]) {
      tried('forged, cut and ended cookies');
      expect((await visit(cookie)).headers.location).toBe('/login');
    }
  });

  it('as a token opens no JSON route, on any of them', async () => {
    const tokens = app.nest.get(ApiTokenService);
    const make = (expiresAt?: Date) => tokens.create({ name: 'x', scope: 'admin', expiresAt });
    const { token } = await make();
    const revoked = await make();
    await tokens.revoke(revoked.apiToken.id);
    const expired = await make(new Date(clock.now().getTime() + 1));
    await clock.skip(1);
    const bad = [
      `Bearer oju_${'A'.repeat(43)}`,
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${token.slice(0, 12)}`,
      `Bearer ${token}A`,
      `Bearer ${token.slice(0, 12)}${'A'.repeat(35)}`,
      `Bearer ${revoked.token}`,
      `Bearer ${expired.token}`,
      `Bearer ${expired.apiToken.tokenHash}`,
      `Bearer ${token} ${token}`,
      `Bearer "${token}"`,
      `Basic ${Buffer.from(`${token}:`).toString('base64')}`,
      token,
    ];
    const wrong = [];
    for (const [turn, { route, right, method, address }] of entriesOf(app.nest).entries()) {
      if (right.kind !== 'api' && right.kind !== 'either') continue;
      for (const authorization of fewOf(bad, 4, turn)) {
        const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
        const agent = request(app.http);
        const { status } = await agent[verb](address).set('Authorization', authorization);
        tried('forged, cut, expired and revoked tokens');
        if (status !== 401) wrong.push([route, authorization, status]);
      }
    }

    expect(wrong).toEqual([]);
    const good = await request(app.http)
      .get('/api/v1/vendors')
      .set('Authorization', `Bearer ${token}`);
    expect(good.status).toBe(200);
  });
});

describeOnOneDatabase('a form from elsewhere', (database) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
  });
  afterAll(async () => {
    await app.stop();
  });

  it('is refused on every page that takes one, whatever it brings but the right token', async () => {
    const browser = await app.browser('admin');
    const tokenOf = async (from: Browser) =>
      (await from.open('/vendor')).page('input[name=_csrf]').first().attr('value') ?? '';
    const csrf = await tokenOf(browser);
    const foreign = await tokenOf(await app.browser('admin'));
    const recorded = await app.nest.get(UnitOfWork).repository(AuditEntry).count();
    const elsewhere: [kind: string, fields: object, headers: Record<string, string>][] = [
      ['missing and foreign CSRF tokens', {}, {}],
      ['missing and foreign CSRF tokens', { _csrf: '' }, {}],
      ['missing and foreign CSRF tokens', { _csrf: foreign }, {}],
      ['missing and foreign CSRF tokens', { _csrf: csrf.slice(0, -1) }, {}],
      ['missing and foreign CSRF tokens', { _csrf: [csrf, csrf] }, {}],
      ['missing and foreign CSRF tokens', {}, { 'X-CSRF-Token': csrf }],
      ['cross-site POSTs', { _csrf: csrf }, { 'Sec-Fetch-Site': 'cross-site' }],
      ['cross-site POSTs', { _csrf: csrf }, { 'Sec-Fetch-Site': 'same-site' }],
      ['cross-site POSTs', { _csrf: csrf }, { Origin: 'https://evil.example' }],
      ['cross-site POSTs', { _csrf: csrf }, { Origin: 'null' }],
    ];
    const wrong = [];
    for (const [turn, { route, right, method, address }] of entriesOf(app.nest).entries()) {
      if (method !== 'POST' || right.kind === 'api' || right.kind === 'either') continue;
      // A form that somebody fills in is but shown again; what it is about may not be there.
      const isStopped = ({ status, text }: { status: number; text: string }) =>
        status === 403 ||
        (right.isForm === true &&
          (status === 404 || (status === 422 && text.includes('before you signed in'))));
      for (const [kind, fields, headers] of fewOf(elsewhere, 3, turn)) {
        await app.forgetTries();
        const answer = await browser.agent.post(address).set(headers).type('form').send(fields);
        tried(kind);
        const isRight = kind === 'cross-site POSTs' ? answer.status === 403 : isStopped(answer);
        if (!isRight) wrong.push([route, fields, headers, answer.status]);
      }
      // Of another type, which a page elsewhere can send without asking.
      const plain = await browser.agent.post(address).type('text/plain').send(`_csrf=${csrf}`);
      tried('cross-site POSTs');
      if (!isStopped(plain)) wrong.push([route, 'text/plain', plain.status]);
    }

    expect(wrong).toEqual([]);
    expect(await app.nest.get(UnitOfWork).repository(AuditEntry).count()).toBe(recorded);
    expect((await browser.agent.get('/vendor')).status).toBe(200);
  });

  it('must come from the very address that is set, scheme and all', async () => {
    const https = await TestApp.start({
      env: { ...database().env, OJU_BASE_URL: 'http://oju.example' },
    });
    try {
      const browser = await https.browser('analyst');
      const csrf = (await browser.open('/vendor')).page('input[name=_csrf]').attr('value');
      const post = (origin: string) =>
        browser.agent.post('/vendor').set('Origin', origin).type('form').send({ _csrf: csrf });
      expect((await post('http://oju.example')).status).toBe(422);
      for (const origin of [
        'https://oju.example',
        'http://oju.example:81',
        'http://oju.example.evil.example',
      ]) {
        tried('cross-site POSTs');
        expect([origin, (await post(origin)).status]).toEqual([origin, 403]);
      }
    } finally {
      await https.stop();
    }
  });
});

describeOnOneDatabase('every page', (database) => {
  it('allows neither inline script nor inline style, nor to be framed, and has none', async () => {
    const app = await TestApp.start({ env: database().env });
    try {
      const browser = await app.browser('admin');
      for (const { route, right, method, address } of entriesOf(app.nest)) {
        if (method !== 'GET' || right.kind === 'api' || right.kind === 'either') continue;
        const { headers, text } = await browser.agent.get(address);
        const policy = String(headers['content-security-policy']);
        expect([route, policy]).toEqual([route, expect.stringContaining("default-src 'none'")]);
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toMatch(/unsafe|\*/);
        expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:/i);
      }
      const docs = await request(app.http).get('/api/docs');
      expect(docs.headers['content-security-policy']).not.toContain('unsafe');
    } finally {
      await app.stop();
    }
  });
});

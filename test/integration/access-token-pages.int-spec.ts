import request from 'supertest';
import { Session } from '../../src/access/session.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';

const PATH = '/config/tokens';
const DAY_MS = 86_400_000;

describeOnEachDatabase('the page of API tokens', (database) => {
  let app: TestApp;
  let admin: Browser;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    admin = await app.browser('admin');
  });
  afterAll(async () => {
    await app.stop();
  });

  const make = (fields: Record<string, string>) =>
    admin.submit(PATH, { name: 'SIEM', scope: 'read', expiresInDays: '90', ...fields });
  const made = async (fields: Record<string, string>) => {
    expect((await make(fields)).response.status).toBe(303);
    const { response, page } = await admin.open(PATH);
    return { response, token: page('#made-token').text() };
  };
  const row = async (name: string) => {
    const { page } = await admin.open(PATH);
    const cells = page('tbody tr').filter((_, tr) => page(tr).find('th bdi').text() === name);
    return {
      text: cells.text().replaceAll(/\s+/g, ' '),
      state: cells.find('.badge').text(),
      revoke: cells.find('a').attr('href'),
    };
  };
  const call = (token: string) =>
    request(app.http).get('/api/v1/vendors').set('Authorization', `Bearer ${token}`);

  it('shows a new token once, and never again', async () => {
    const { response, token } = await made({ name: 'once' });

    expect(token).toMatch(/^oju_[\w-]{43}$/);
    expect(response.headers['cache-control']).toBe('no-store');
    expect((await call(token)).status).toBe(200);
    const again = await admin.open(PATH);
    expect(again.page('#made-token')).toHaveLength(0);
    expect(again.response.text).not.toContain(token.slice(12, 24));
    expect(again.response.text).toContain(token.slice(0, 12));
  });

  it('keeps a token that waits to be shown in no readable form', async () => {
    await make({ name: 'waiting' });
    const sessions = await app.nest.get(UnitOfWork).repository(Session).find();
    const data = sessions.map((session) => session.data).join('\n');
    const token = (await admin.open(PATH)).page('#made-token').text();

    expect(data).toContain('madeToken');
    for (const encoding of ['utf8', 'hex', 'base64'] as const) {
      expect(data).not.toContain(Buffer.from(token.slice(12, 24)).toString(encoding));
    }
  });

  it('lists name, scope, prefix, who made it and when, its end and its last use', async () => {
    const { token } = await made({ name: 'listed', scope: 'write' });
    await call(token);
    const { text, state } = await row('listed');

    expect(state).toBe('Active');
    expect(text).toContain('write');
    expect(text).toContain(token.slice(0, 12));
    expect(text).toMatch(/2026-03-02 09:00 UTCby admin-\w+@example\.com 2026-05-31 09:00 UTC/);
    expect(text.match(/2026-03-02 09:00 UTC/g)).toHaveLength(2);
  });

  it('revokes a token after a confirmation', async () => {
    const { token } = await made({ name: 'leaked' });
    const { revoke } = await row('leaked');
    const { page } = await admin.open(revoke ?? '');
    expect(page('h1').text()).toBe('Revoke the token “leaked”?');
    expect((await call(token)).status).toBe(200);
    const { response } = await admin.submit(revoke ?? '', {});

    expect(response.status).toBe(303);
    expect(response.headers.location).toBe(PATH);
    expect((await call(token)).body).toMatchObject({ status: 401, code: 'TOKEN_REVOKED' });
    expect(await row('leaked')).toMatchObject({ state: 'Revoked', revoke: undefined });
  });

  it.each([
    ['30', 30],
    ['365', 365],
  ])('makes tokens that end after %s days, and shows that they did', async (choice, days) => {
    const { token } = await made({ name: `for ${choice}`, expiresInDays: choice });
    await clock.skip(days * DAY_MS - 1);
    expect((await call(token)).status).toBe(200);
    await clock.skip(1);

    expect((await call(token)).body).toMatchObject({ code: 'TOKEN_EXPIRED' });
    // The session has ended meanwhile as well.
    admin = await app.browser('admin');
    expect(await row(`for ${choice}`)).toMatchObject({ state: 'Expired', revoke: undefined });
  });

  it('makes tokens without an end', async () => {
    await made({ name: 'endless', expiresInDays: '' });
    expect((await row('endless')).text).toContain('no end date');
  });

  it.each([
    ['name', { name: ' ' }],
    ['scope', { scope: 'root' }],
    ['expiresInDays', { expiresInDays: '31' }],
  ])('names %s when it is not what it must be, and makes none', async (field, bad) => {
    const before = (await admin.open(PATH)).page('tbody tr').length;
    const { response, page } = await make({ scope: 'write', expiresInDays: '365', ...bad });

    expect(response.status).toBe(422);
    expect(page(`[name=${field}]`).attr('aria-invalid')).toBe('true');
    expect(page(`#error-${field}`).text()).not.toBe('');
    if (field !== 'scope') expect(page('[name=scope]').val()).toBe('write');
    expect((await admin.open(PATH)).page('tbody tr')).toHaveLength(before);
  });

  it('knows no token of another id', async () => {
    for (const id of ['2147483647', 'x', '0', '1e3']) {
      expect([id, (await admin.agent.get(`${PATH}/${id}/revoke`)).status]).toEqual([id, 404]);
      expect((await admin.submit(PATH, {}, `${PATH}/${id}/revoke`)).response.status).toBe(404);
    }
  });
});

import request from 'supertest';
import { UnauthenticatedError } from '../../src/access/access.errors.js';
import { ApiTokenService } from '../../src/access/api-token.service.js';
import { ApiToken } from '../../src/access/api-token.entity.js';
import type { Scope } from '../../src/access/rights.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ValidationFailed } from '../../src/web/domain-error.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';

describeOnEachDatabase('API tokens', (database) => {
  let app: TestApp;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
  });
  afterAll(async () => {
    await app.stop();
  });

  const create = (input: { name?: string; scope?: Scope; expiresAt?: Date } = {}) =>
    app.nest.get(ApiTokenService).create({ name: 'a test', scope: 'read', ...input });
  const tokens = () => app.nest.get(UnitOfWork).repository(ApiToken);
  const call = (authorization?: string) => {
    const test = request(app.http).get('/api/v1/vendors');
    return authorization === undefined ? test : test.set('Authorization', authorization);
  };

  it('are of 32 random bytes and kept as their hash', async () => {
    const { token, apiToken } = await create({ name: '  CI  ' });
    const row = await tokens().findOneByOrFail({ id: apiToken.id });

    expect(token).toMatch(/^oju_[A-Za-z0-9_-]{43}$/);
    expect(row).toMatchObject({ name: 'CI', prefix: token.slice(0, 12), scope: 'read' });
    expect(JSON.stringify(row)).not.toContain(token.slice(12));
    expect((await create()).token).not.toBe(token);
  });

  it('open the JSON routes', async () => {
    const { token } = await create();

    expect((await call(`Bearer ${token}`)).status).toBe(200);
    expect((await call(`bearer ${token}`)).status).toBe(200);
  });

  it('are refused with a plain reason when they were good once', async () => {
    const { token: revoked, apiToken } = await create();
    const { token: expired } = await create({ expiresAt: new Date(clock.now().getTime() + 1000) });
    expect((await call(`Bearer ${revoked}`)).status).toBe(200);
    expect((await call(`Bearer ${expired}`)).status).toBe(200);
    await app.nest.get(ApiTokenService).revoke(apiToken.id);
    const revokedAt = clock.now().toISOString();
    await clock.skip(1000);

    const refused = { [revoked]: revokedAt, [expired]: clock.now().toISOString() };
    const bodies = [];
    for (const [token, at] of Object.entries(refused)) {
      const response = await call(`Bearer ${token}`);
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Bearer realm="oju"');
      expect(response.body.detail).toContain(at);
      bodies.push([response.body.code, response.body.detail.replace(/ (until|at) .*/, '')]);
    }
    expect(bodies).toEqual([
      ['TOKEN_REVOKED', 'This API token was revoked'],
      ['TOKEN_EXPIRED', 'This API token was good'],
    ]);
    await app.nest.get(ApiTokenService).revoke(apiToken.id);
    expect((await tokens().findOneByOrFail({ id: apiToken.id })).revokedAt?.toISOString()).toBe(
      revokedAt,
    );
  });

  it('are found by their prefix, and told apart from others with the same one', async () => {
    const { token, apiToken } = await create({ name: 'one' });
    const { apiToken: other } = await create({ name: 'other' });
    const unitOfWork = app.nest.get(UnitOfWork);
    await unitOfWork.run(() => tokens().update({ id: other.id }, { prefix: apiToken.prefix }));
    const verify = (text: string) => app.nest.get(ApiTokenService).verify(text);

    expect(await verify(token)).toMatchObject({ id: apiToken.id });
    await expect(verify(token.slice(0, 12) + 'A'.repeat(35))).rejects.toThrow(UnauthenticatedError);
    await unitOfWork.run(() => tokens().update({ id: apiToken.id }, { prefix: 'oju_AAAAAAAA' }));
    await expect(verify(token)).rejects.toThrow(UnauthenticatedError);
  });

  it('are refused, all in the same way, when there are none such', async () => {
    const { token, apiToken } = await create();

    const bad = {
      missing: undefined,
      empty: 'Bearer ',
      wrong: `Bearer oju_${'A'.repeat(43)}`,
      truncated: `Bearer ${token.slice(0, -1)}`,
      prefix: `Bearer ${token.slice(0, 12)}`,
      longer: `Bearer ${token}A`,
      otherCase: `Bearer ${token.toUpperCase()}`,
      basic: `Basic ${Buffer.from(`${token}:`).toString('base64')}`,
      bare: token,
      notAscii: `Bearer oju_${'é'.repeat(43)}`,
      hash: `Bearer ${(await tokens().findOneByOrFail({ id: apiToken.id })).tokenHash}`,
      huge: `Bearer ${'x'.repeat(6000)}`,
    };
    for (const [what, authorization] of Object.entries(bad)) {
      const response = await call(authorization);
      expect([what, response.status]).toEqual([what, 401]);
      expect(response.headers['www-authenticate']).toBe('Bearer realm="oju"');
      expect(response.type).toBe('application/problem+json');
      expect(response.body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
      expect(response.text).not.toContain(token.slice(4, 30));
    }
  });

  it('are not taken from the address or a cookie', async () => {
    const { token } = await create();

    expect((await request(app.http).get(`/api/v1/vendors?token=${token}`)).status).toBe(401);
    expect(
      (await request(app.http).get('/api/v1/vendors').set('Cookie', `oju=${token}`)).status,
    ).toBe(401);
  });

  it('say which scope is missing', async () => {
    const { token } = await create({ scope: 'read' });
    const response = await request(app.http)
      .post('/api/v1/vendors')
      .set('Authorization', `Bearer ${token}`)
      .send({ name: 'Kaspersky' });

    expect(response.status).toBe(403);
    expect(response.body).toMatchObject({ status: 403, code: 'FORBIDDEN_SCOPE' });
    expect(response.body.detail).toContain('the scope write');
  });

  it('remember when they were last used, to a minute', async () => {
    const { token, apiToken } = await create();
    const lastUsedAt = async () =>
      (await tokens().findOneByOrFail({ id: apiToken.id })).lastUsedAt?.toISOString();
    expect(await lastUsedAt()).toBeUndefined();

    await call(`Bearer ${token}`);
    const first = clock.now().toISOString();
    expect(await lastUsedAt()).toBe(first);
    await clock.skip(59_000);
    await call(`Bearer ${token}`);
    expect(await lastUsedAt()).toBe(first);
    await clock.skip(1_000);
    await call(`Bearer ${token}`);
    expect(await lastUsedAt()).toBe(clock.now().toISOString());
  });

  it.each([
    ['no name', { name: ' ' }, 'name'],
    ['a name with a line end', { name: 'a\r\nb' }, 'name'],
    ['a name of 256 characters', { name: 'x'.repeat(256) }, 'name'],
    ['another scope', { scope: 'root' as Scope }, 'scope'],
    ['an end in the past', { expiresAt: new Date(0) }, 'expiresAt'],
  ])('are not made with %s', async (_what, input, field) => {
    const failure = await create(input).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ValidationFailed);
    expect((failure as ValidationFailed).details.fields?.map((entry) => entry.field)).toEqual([
      field,
    ]);
  });
});

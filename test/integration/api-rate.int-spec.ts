import type { ExecutionContext } from '@nestjs/common';
import { ApiRateGuard, CALLS_A_MINUTE } from '../../src/access/api-rate.guard.js';
import { ApiTokenService } from '../../src/access/api-token.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

describeOnEachDatabase('calls of the API', (database) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
  });
  afterAll(async () => {
    await app.stop();
  });

  /** As if the token had called so often. */
  const call = async (id: number, times: number) => {
    const request = { actor: { kind: 'token', id } };
    const context = {
      getHandler: () => call,
      getClass: () => TestApp,
      switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({}) }),
    } as unknown as ExecutionContext;
    const guard = app.nest.get(ApiRateGuard);
    for (let calls = 0; calls < times; calls += 1) await guard.canActivate(context);
  };

  it('are bounded a minute for each token, with the time to wait', async () => {
    const busy = await app.api('read');
    const other = await app.api('read');
    const { id } = await app.nest.get(ApiTokenService).verify(busy.token);
    await call(id, CALLS_A_MINUTE - 1);

    expect((await busy.get('/vendors')).status).toBe(200);
    const stopped = await busy.get('/vendors');
    expect(stopped.status).toBe(429);
    expect(stopped.headers['retry-after']).toMatch(/^[1-9]\d?$/);
    expect(stopped.body).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(stopped.body.detail).toMatch(/^This API token was used too often. Wait \d+ seconds?\.$/);
    expect((await other.get('/vendors')).status).toBe(200);
  });
});

import request from 'supertest';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

describeOnEachDatabase('a body of the JSON API', (database) => {
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    api = await app.api('admin');
  });

  afterAll(async () => {
    await app.stop();
  });

  const post = (type: string, body: string) =>
    request(app.http)
      .post('/api/v1/scans')
      .set('Authorization', `Bearer ${api.token}`)
      .set('Content-Type', type)
      .send(body);

  it.each([
    ['text/plain', '{"platformIds":["1"]}', 415],
    ['application/x-www-form-urlencoded', 'platformIds=1', 415],
    ['application/json', '{"platformIds":["1"', 400],
    ['application/json', '[]', 422],
    ['application/json', '"text"', 400],
    ['application/json', '{"constructor":1}', 422],
  ])('as %s, %s is answered with %d, and begins no scan', async (type, body, status) => {
    const response = await post(type, body);
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect((await api.get('/scans')).body.meta.total).toBe(0);
  });

  it('may be left out', async () => {
    const response = await request(app.http)
      .post('/api/v1/scans')
      .set('Authorization', `Bearer ${api.token}`);
    // Understood: the integration is not active.
    expect(response.status).toBe(409);
  });

  it('takes no cursor that no list gave out', async () => {
    const cursor = Buffer.from('[1e999]').toString('base64url');
    expect((await api.get(`/scans?cursor=${cursor}`)).status).toBe(422);
  });
});

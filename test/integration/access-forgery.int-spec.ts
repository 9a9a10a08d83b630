import { UserService } from '../../src/access/user.service.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

describeOnEachDatabase('a form', (database) => {
  let app: TestApp;
  let browser: Browser;
  let csrf: string;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    browser = await app.browser('admin');
    const { page } = await browser.open('/vendor');
    csrf = page('input[name=_csrf]').first().attr('value') ?? '';
  });
  afterAll(async () => {
    await app.stop();
  });

  const send = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    browser.agent
      .post('/vendor/new')
      .set(headers)
      .type('form')
      .send({ name: '', contact: '', comments: '', ...fields });

  it('is taken with the token of its own session', async () => {
    expect(csrf).toMatch(/^[\w-]{80,}$/);
    expect((await send({ _csrf: csrf })).status).toBe(422);
  });

  it('is but shown again without a token, with another session’s and with one cut short', async () => {
    const other = await app.browser('analyst');
    const { page } = await other.open('/vendor');
    const foreign = page('input[name=_csrf]').first().attr('value') ?? '';

    expect(foreign).not.toBe(csrf);
    for (const fields of [{}, { _csrf: '' }, { _csrf: foreign }, { _csrf: csrf.slice(1) }]) {
      const response = await send({ name: 'Forged', ...(fields as Record<string, string>) });
      expect([fields, response.status]).toEqual([fields, 422]);
      expect(response.text).toContain('Nothing was saved yet');
    }
    expect(await app.nest.get(VendorService).findByNames(['Forged'])).toEqual(new Map());
  });

  it('that nobody fills in is refused', async () => {
    for (const fields of [{}, { _csrf: '' }, { _csrf: csrf.slice(1) }]) {
      const response = await browser.agent.post('/scans').type('form').send(fields);
      expect([fields, response.status]).toEqual([fields, 403]);
      expect(response.text).toContain('Nothing was changed');
    }
  });

  it('is refused, whatever its token, when the browser says that it comes from elsewhere', async () => {
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: 'http://evil.example', 'X-Forwarded-Host': 'evil.example' },
    ] as Record<string, string>[]) {
      expect([headers, (await send({ _csrf: csrf }, headers)).status]).toEqual([headers, 403]);
    }
  });

  it('is taken when the browser says that it comes from here', async () => {
    const here = { Host: 'oju.example:3000', Origin: 'http://oju.example:3000' };

    expect((await send({ _csrf: csrf }, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(422);
    expect((await send({ _csrf: csrf }, here)).status).toBe(422);
    expect((await send({ _csrf: csrf }, { ...here, Host: 'oju.example' })).status).toBe(403);
  });

  it('does not sign anyone in from another site', async () => {
    const stranger = new Browser(app.http);
    const users = app.nest.get(UserService);
    const user = { email: 'login-csrf@example.com', password: TEST_PASSWORD };
    await users.create({ ...user, role: 'viewer' });
    const response = await stranger.agent.post('/login').type('form').send(user);

    expect(response.status).toBe(422);
    expect(response.text).toContain('this page stood open for too long');
    expect((await stranger.agent.get('/vendor')).headers.location).toBe('/login');
  });

  it('does not sign anyone out from another site', async () => {
    const response = await browser.agent.post('/logout').type('form').send({});

    expect(response.status).toBe(403);
    expect((await browser.agent.get('/vendor')).status).toBe(200);
  });
});

import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { Session } from '../../src/access/session.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ROLES } from '../../src/access/rights.js';
import { UserService } from '../../src/access/user.service.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1';

describeOnEachDatabase('one’s own profile', (database) => {
  let app: TestApp;
  let email: string;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
  });
  afterAll(async () => {
    await app.stop();
  });
  beforeEach(async () => {
    await app.forgetTries();
    email = `ada-${Math.random().toString(36).slice(2)}@example.com`;
    await app.nest.get(UserService).create({ email, password: TEST_PASSWORD, role: 'viewer' });
  });

  const signIn = async (userAgent: string, password = TEST_PASSWORD) => {
    const browser = new Browser(app.http);
    browser.agent.set('User-Agent', userAgent);
    await browser.submit('/login', { email, password });
    return browser;
  };
  const isSignedIn = async (browser: Browser) =>
    (await browser.agent.get('/vendor')).status === 200;

  it('lists where one is signed in, in words, the present one marked', async () => {
    const other = await app.browser('viewer');
    const firefox = await signIn(FIREFOX);
    await signIn(PHONE);
    await signIn('<script>alert(1)</script>');
    const { response, page } = await firefox.open('/profile');

    const rows = page('tbody tr')
      .toArray()
      .map((row) => page(row).find('th').text().trim());
    expect(rows.sort()).toEqual([
      'Firefox on Linux this session',
      'Safari on iPhone',
      'unknown device',
    ]);
    expect(page('tbody').text()).toContain('127.0.0.1');
    expect(page('tbody form')).toHaveLength(2);
    expect(response.text).not.toContain('<script>alert');
    const rowsOf = await app.nest.get(UnitOfWork).repository(Session).find();
    for (const { idHash } of rowsOf) expect(response.text).not.toContain(idHash);
    expect((await other.open('/profile')).page('tbody tr')).toHaveLength(1);
  });

  it('ends one session, and nobody else’s', async () => {
    const here = await signIn(FIREFOX);
    const phone = await signIn(PHONE);
    const { page } = await here.open('/profile');
    const action = page('tbody form').attr('action')!;
    const stranger = await app.browser('admin');

    expect((await stranger.submit('/profile', {}, action)).response.status).toBe(404);
    expect(await isSignedIn(phone)).toBe(true);
    expect((await here.submit('/profile', {}, action)).response.status).toBe(303);
    const ended = await app.nest
      .get(UnitOfWork)
      .repository(AuditEntry)
      .findOneByOrFail({ action: 'session.ended', actorName: email });
    expect(ended).toMatchObject({
      subjectKind: 'session',
      subjectId: action.split('/').at(-2),
      subjectLabel: '127.0.0.1',
    });
    expect(await isSignedIn(phone)).toBe(false);
    expect(await isSignedIn(here)).toBe(true);
    expect((await here.submit('/profile', {}, action)).response.status).toBe(404);
    for (const handle of ['..', '0', 'x'.repeat(5000), '%27']) {
      const path = `/profile/sessions/${handle}/end`;
      expect((await here.submit('/profile', {}, path)).response.status).toBe(404);
    }
  });

  it.each(ROLES)('signs a %s out everywhere, at once', async (role) => {
    const here = await app.browser(role);
    const who = (await here.open('/profile')).page('.side-menu .who').text().trim();
    const elsewhere = new Browser(app.http);
    await elsewhere.submit('/login', { email: who, password: TEST_PASSWORD });
    const bystander = await signIn(FIREFOX);
    const { response } = await here.submit('/profile', {}, '/profile/sessions/end');

    expect(response.headers.location).toBe('/login');
    expect(await isSignedIn(here)).toBe(false);
    expect(await isSignedIn(elsewhere)).toBe(false);
    expect(await isSignedIn(bystander)).toBe(true);
    expect((await here.open('/login')).page('[role=status]').text()).toContain('everywhere');
  });

  it('changes the password for who knows the present one; the other sessions end', async () => {
    const here = await signIn(FIREFOX);
    const phone = await signIn(PHONE);
    const change = (presentPassword: string, password: string) =>
      here.submit('/profile', { presentPassword, password }, '/profile/password');
    const wrong = await change('not this one', 'an entirely new one');
    expect(wrong.response.status).toBe(422);
    expect(wrong.page('#field-presentPassword').attr('aria-invalid')).toBe('true');
    const common = await change(TEST_PASSWORD, `${email}1`);
    expect(common.page('#field-password').attr('aria-invalid')).toBe('true');
    expect(common.response.text).not.toContain(TEST_PASSWORD);
    expect(await isSignedIn(phone)).toBe(true);

    expect((await change(TEST_PASSWORD, 'an entirely new one')).response.status).toBe(303);
    expect(await isSignedIn(here)).toBe(true);
    expect(await isSignedIn(phone)).toBe(false);
    expect(await isSignedIn(await signIn(FIREFOX))).toBe(false);
    expect(await isSignedIn(await signIn(FIREFOX, 'an entirely new one'))).toBe(true);
  });

  it('stops and audits guesses of the present password by user, and counts no right one', async () => {
    const here = await signIn(FIREFOX);
    const neighbour = await app.browser('viewer');
    const guess = async (browser: Browser, presentPassword: string, path: string) =>
      (await browser.submit('/profile', { presentPassword, password: '' }, path)).response.status;
    const change = '/profile/password';
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries += 1) {
      statuses.push(await guess(here, TEST_PASSWORD, change));
    }
    for (let tries = 0; tries < 11; tries += 1) {
      statuses.push(await guess(here, 'not this one', change));
    }
    expect(statuses).toEqual([...Array<number>(22).fill(422), 429]);
    expect(await guess(neighbour, 'not this one', change)).toBe(422);
    for (const path of ['', '/codes', '/remove']) {
      const form = `/profile/second-factor${path}`;
      for (let tries = 0; tries < 10; tries += 1) await guess(here, 'not this one', form);
      expect([form, await guess(here, TEST_PASSWORD, form)]).toEqual([form, 429]);
    }
    const entries = await app.nest
      .get(UnitOfWork)
      .repository(AuditEntry)
      .findBy({ action: 'sign_in.failed', actorName: email, subjectLabel: email });
    expect(entries).toHaveLength(40);
    expect(new Set(entries.map(({ valuesAfter }) => valuesAfter))).toEqual(
      new Set(['{"at":"present password"}']),
    );
  });

  it.each([
    '',
    'oju=',
    'oju=s%3A',
    'oju=s%3Ax.y',
    'oju=s%3A../../etc.x',
    'oju=j%3A%7B%7D',
    'oju=%',
  ])('is closed to the cookie %j', async (cookie) => {
    const { headers } = await new Browser(app.http).agent.get('/profile').set('Cookie', cookie);
    expect(headers.location).toBe('/login');
  });

  it('is closed to a cookie that was cut short or altered', async () => {
    const browser = await signIn(FIREFOX);
    const { request } = await browser.agent.get('/vendor');
    const cookie = (request as unknown as { cookies: string }).cookies;
    expect(cookie).toMatch(/^oju=s%3A.{32}\..{43}/);
    for (const bad of [
      cookie.slice(0, -1),
      cookie.replace('s%3A', 's%3Ax'),
      `${cookie}A`,
      cookie.slice(0, 20),
    ]) {
      const { headers } = await new Browser(app.http).agent.get('/profile').set('Cookie', bad);
      expect(headers.location).toBe('/login');
    }
  });
});

import { LastAdminError } from '../../src/access/access.errors.js';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { OneTimeLink } from '../../src/access/one-time-link.entity.js';
import { LINK_LIFE_MS } from '../../src/access/one-time-link.service.js';
import { SignInLimit } from '../../src/access/sign-in-limit.js';
import { UserAdmin } from '../../src/access/user-admin.service.js';
import { User } from '../../src/access/user.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { overlap } from '../support/overlap.js';

const LINK = /http:\/\/127\.0\.0\.1:3000(\/(?:invite|reset)\/[\w-]{43})/;
const GONE = 'This link is not good any more';

describeOnEachDatabase('users', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let admin: Browser;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await TestApp.start({ env: { ...database().env, TRUST_PROXY: '1' }, clock });
  });
  afterAll(async () => {
    await app.stop();
  });
  beforeEach(async () => {
    await app.forgetTries();
    admin = await app.browser('admin');
  });
  afterEach(async () => {
    const unitOfWork = app.nest.get(UnitOfWork);
    await unitOfWork.run(async () => {
      await unitOfWork.repository(User).deleteAll();
      await unitOfWork.repository(OneTimeLink).deleteAll();
    });
  });

  const users = () => app.nest.get(UnitOfWork).repository(User);
  const links = () => app.nest.get(UnitOfWork).repository(OneTimeLink);
  const actions = async () =>
    (
      await app.nest
        .get(UnitOfWork)
        .repository(AuditEntry)
        .find({ order: { id: 'ASC' } })
    ).map(({ action }) => action);
  const idOf = async (email: string) => (await users().findOneByOrFail({ email })).id;
  const invite = async (email: string, role = 'analyst') => {
    const answer = await admin.submit('/config/users', { email, role });
    return { ...answer, path: LINK.exec(answer.response.text)?.[1] ?? '' };
  };
  const make = (email: string, role: 'admin' | 'viewer' = 'viewer') =>
    app.nest.get(UserService).create({ email, password: TEST_PASSWORD, role });

  it.each(['/profile', '/audit', '/audit/export'])(
    'find nothing of %s kept on a disk',
    async (path) => {
      expect((await admin.agent.get(path)).headers['cache-control']).toBe('no-store');
    },
  );

  it('are invited by a link that is shown once, kept as a hash, and works once', async () => {
    const { response, page, path } = await invite(' Grace@Example.com ');
    const token = path.split('/').at(-1)!;

    expect(response.status).toBe(200);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(page('h1').text()).toBe('grace@example.com is invited');
    expect(JSON.stringify(await links().find())).not.toContain(token);
    expect((await admin.open('/config/users')).response.text).not.toContain(token);

    const grace = new Browser(app.http);
    grace.agent.set('X-Forwarded-For', '203.0.113.7');
    const form = await grace.open(path);
    expect(form.page('h1').text()).toBe('Welcome to Oju');
    const taken = await grace.submit(path, { password: 'a fine long phrase' });
    expect(taken.response.status).toBe(303);
    expect(taken.response.headers.location).toBe('/');
    expect((await grace.open('/vendor')).page('.side-menu .who').text().trim()).toBe(
      'grace@example.com',
    );
    const isKnown = (ip: string) => app.nest.get(SignInLimit).isKnown({ ip }, 'grace@example.com');
    expect([await isKnown('203.0.113.7'), await isKnown('203.0.113.8')]).toEqual([true, false]);
    expect(await users().findOneByOrFail({ email: 'grace@example.com' })).toMatchObject({
      role: 'analyst',
      isActive: true,
    });

    const again = await new Browser(app.http).open(path);
    expect(again.response.status).toBe(404);
    expect(again.page('main').text()).toContain(GONE);
    expect(await actions()).toEqual(
      expect.arrayContaining(['user.invited', 'user.invite_accepted']),
    );
  });

  it.each([
    ['too short', 'elevenchars'],
    ['too long', 'x'.repeat(201)],
    ['common', 'Password1234'],
    ['of the mail address', 'grace@example.com'],
  ])('take no password that is %s, and the link stays good', async (_what, password) => {
    const { path } = await invite('grace@example.com');
    const grace = new Browser(app.http);
    const { response, page } = await grace.submit(path, { password });

    expect(response.status).toBe(422);
    expect(page('#field-password').attr('aria-invalid')).toBe('true');
    expect(page('#field-password').attr('value')).toBe('');
    expect((await grace.submit(path, { password: 'a fine long phrase' })).response.status).toBe(
      303,
    );
  });

  it.each([
    ['email', { email: 'no address', role: 'viewer' }],
    ['email', { email: 'a@example.com\r\nBcc: b@example.com', role: 'viewer' }],
    ['role', { email: 'grace@example.com', role: 'owner' }],
  ])('refuse an invitation with a bad %s', async (field, fields) => {
    const { response, page } = await admin.submit('/config/users', fields);

    expect(response.status).toBe(422);
    expect(page(`#field-${field}`).attr('aria-invalid')).toBe('true');
    expect(await links().count()).toBe(0);
  });

  it('are not invited twice: there is a user already, and a newer link voids the older', async () => {
    await make('grace@example.com');
    expect((await invite('GRACE@example.com')).response.status).toBe(422);
    const older = await invite('new@example.com');
    const newer = await invite('new@example.com');

    expect((await new Browser(app.http).open(older.path)).response.status).toBe(404);
    expect((await new Browser(app.http).open(newer.path)).response.status).toBe(200);
  });

  it('cannot use a link that is too old, withdrawn, cut short, altered, or of another kind', async () => {
    const { path } = await invite('grace@example.com');
    const open = async (address: string) => (await new Browser(app.http).open(address)).response;
    for (const bad of [
      path.slice(0, -1),
      `${path}x`,
      path.toUpperCase().replace('/INVITE/', '/invite/'),
      path.replace('/invite/', '/reset/'),
      '/invite/..%2f..%2fetc%2fpasswd',
      '/invite/%00',
      "/invite/'%20OR%201=1--",
      '/reset/undefined',
    ]) {
      expect([bad, (await open(bad)).status]).toEqual([bad, 404]);
    }
    await clock.skip(LINK_LIFE_MS.invite - 1);
    expect((await open(path)).status).toBe(200);
    await clock.skip(1);
    expect((await open(path)).status).toBe(404);
    admin = await app.browser('admin');
    const withdrawn = await invite('grace@example.com');
    const [row] = await links().find();
    await admin.submit('/config/users', {}, `/config/users/invites/${row!.id}/delete`);
    expect((await open(withdrawn.path)).status).toBe(404);
  });

  it('are made once of one invitation, of two that take it at once', async () => {
    const { path } = await invite('grace@example.com');
    const both = [new Browser(app.http), new Browser(app.http)];
    const taken = await Promise.all(
      both.map((browser, at) => browser.submit(path, { password: `a fine long phrase ${at}` })),
    );

    expect(taken.map(({ response }) => response.status).sort()).toEqual([303, 404]);
    expect(await users().countBy({ email: 'grace@example.com' })).toBe(1);
  });

  it('get another role, in force at the next request', async () => {
    await make('grace@example.com');
    const grace = new Browser(app.http);
    await grace.submit('/login', { email: 'grace@example.com', password: TEST_PASSWORD });
    expect((await grace.agent.get('/vendor/new')).status).toBe(403);
    const path = `/config/users/${await idOf('grace@example.com')}`;
    const { response } = await admin.submit(path, { role: 'analyst' }, `${path}/role`);

    expect(response.status).toBe(303);
    expect((await grace.agent.get('/vendor/new')).status).toBe(200);
    expect((await admin.submit(path, { role: 'root' }, `${path}/role`)).response.status).toBe(422);
  });

  it('are kept out at once when they are deactivated, and come back with their password', async () => {
    await make('grace@example.com');
    const grace = new Browser(app.http);
    const signIn = { email: 'grace@example.com', password: TEST_PASSWORD };
    await grace.submit('/login', signIn);
    const path = `/config/users/${await idOf('grace@example.com')}`;
    const made = await admin.submit(path, {}, `${path}/reset`);
    const reset = LINK.exec(made.response.text)![1]!;
    const { response } = await admin.submit(path, {}, `${path}/deactivate`);

    expect(response.status).toBe(303);
    expect((await admin.open(path)).page('main').text()).toContain('is deactivated and signed out');
    expect((await grace.agent.get('/vendor')).headers.location).toBe('/login');
    expect((await new Browser(app.http).submit('/login', signIn)).response.status).toBe(422);
    expect((await new Browser(app.http).open(reset)).response.status).toBe(404);
    expect((await admin.submit(path, {}, `${path}/reset`)).response.status).toBe(422);

    await admin.submit(path, {}, `${path}/reactivate`);
    expect((await new Browser(app.http).submit('/login', signIn)).response.status).toBe(303);
    expect(await users().countBy({ email: 'grace@example.com' })).toBe(1);
  });

  it('always have an active admin left: the last is neither demoted nor deactivated', async () => {
    const last = (await users().findOneByOrFail({ role: 'admin' })).id;
    const path = `/config/users/${last}`;
    for (const [action, fields] of [
      ['role', { role: 'viewer' }],
      ['deactivate', {}],
    ] as const) {
      const { response, page } = await admin.submit(path, fields, `${path}/${action}`);
      expect(response.status).toBe(422);
      expect(page('[role=alert]').text()).toContain('this is the last one');
    }
    expect(await users().countBy({ role: 'admin', isActive: true })).toBe(1);
  });

  it('always have an active admin left, when two take each other’s place at once', async () => {
    const service = app.nest.get(UserAdmin);
    const first = (await users().findOneByOrFail({ role: 'admin' })).id;
    const second = (await make('second@example.com', 'admin')).id;
    for (const [one, other] of [
      [() => service.changeRole(first, 'viewer'), () => service.deactivate(second)],
      [() => service.deactivate(second), () => service.changeRole(first, 'viewer')],
    ] as const) {
      const unitOfWork = app.nest.get(UnitOfWork);
      await unitOfWork.run(() =>
        users().createQueryBuilder().update().set({ role: 'admin', isActive: true }).execute(),
      );
      const [won, lost] = await overlap<unknown, unknown>(app.nest, one, other);
      expect(won.status).toBe('fulfilled');
      expect(lost).toMatchObject({ status: 'rejected', reason: expect.any(LastAdminError) });
      expect(await users().countBy({ role: 'admin', isActive: true })).toBe(1);
    }
  });

  it('have no page under an id of another kind', async () => {
    for (const id of ['0', '-1', '1.5', '1e3', 'x', '99999999999', '2147483647', '%27']) {
      expect((await admin.agent.get(`/config/users/${id}`)).status).toBe(404);
    }
  });
});

import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { User } from '../../src/access/user.entity.js';
import { SignInLimit } from '../../src/access/sign-in-limit.js';
import { UserService } from '../../src/access/user.service.js';
import { AlreadySetUpError } from '../../src/access/access.errors.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

const ADMIN = { OJU_ADMIN_EMAIL: 'First@example.com', OJU_ADMIN_PASSWORD: TEST_PASSWORD };
const SECOND_PASSWORD = 'an altogether different one';

/** Starts Oju and keeps what it writes to its log. */
async function startWithLog(env: Record<string, string>): Promise<{ app: TestApp; log: string }> {
  let log = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    log += String(chunk);
    return true;
  });
  try {
    const app = await TestApp.start({ env: { ...env, LOG_LEVEL: 'warn' } });
    return { app, log };
  } finally {
    spy.mockRestore();
  }
}

const setupPath = (log: string) => /https?:\/\/[^/\s]+(\/setup\?token=[\w-]+)/.exec(log)?.[1] ?? '';

describeOnEachDatabase('the first admin', (database) => {
  const apps: TestApp[] = [];

  const start = async (env: Record<string, string> = {}) => {
    const started = await startWithLog({ ...database().env, ...env });
    apps.push(started.app);
    return started;
  };
  const users = (app: TestApp) => app.nest.get(UnitOfWork).repository(User);

  afterEach(async () => {
    const [app] = apps;
    if (app) {
      await app.nest.get(UnitOfWork).run(() => users(app).createQueryBuilder().delete().execute());
    }
    for (const each of apps.splice(0)) await each.stop();
  });

  it('comes from the environment, once', async () => {
    const { app, log } = await start(ADMIN);
    await start({ ...ADMIN, OJU_ADMIN_EMAIL: 'other@example.com' });

    expect(await users(app).find()).toMatchObject([{ email: 'first@example.com', role: 'admin' }]);
    expect(log).not.toContain('/setup?token=');
    const { response } = await new Browser(app.http).submit('/login', {
      email: 'first@example.com',
      password: TEST_PASSWORD,
    });
    expect(response.status).toBe(303);
  });

  it.each([
    ['of the same mail address', 'First@example.com'],
    ['of another mail address', 'other@example.com'],
  ])('is one when two instances start at once, the second with one %s', async (_what, email) => {
    const [first] = await Promise.all([
      TestApp.start({ env: { ...database().env, ...ADMIN } }),
      TestApp.start({ env: { ...database().env, ...ADMIN, OJU_ADMIN_EMAIL: email } }),
    ]).then((started) => {
      apps.push(...started);
      return started;
    });

    expect(await users(first).count()).toBe(1);
  });

  it('is one when two are made at the same moment', async () => {
    const { app } = await start();
    const service = app.nest.get(UserService);
    const made = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((name) =>
        service.createFirstAdmin({ email: `${name}@example.com`, password: TEST_PASSWORD }),
      ),
    );

    expect(made.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    for (const each of made) {
      if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(AlreadySetUpError);
    }
    expect(await users(app).count()).toBe(1);
  });

  it('is one when another instance makes it between two looks', async () => {
    const { app } = await start();
    const service = app.nest.get(UserService);
    const admin = { email: 'a@example.com', password: TEST_PASSWORD };
    await service.createFirstAdmin(admin);

    jest.spyOn(service, 'hasUsers').mockResolvedValue(false);

    await expect(service.createFirstAdmin(admin)).rejects.toThrow(AlreadySetUpError);
  });

  it('is made at the link in the log, and is signed in', async () => {
    const { app, log } = await start({ TRUST_PROXY: '1' });
    const browser = new Browser(app.http);
    browser.agent.set('X-Forwarded-For', '203.0.113.7');
    const path = setupPath(log);
    const { response, page } = await browser.open(path);
    const done = await browser.submit(path, { email: 'Ada@example.com', password: TEST_PASSWORD });

    expect(response.status).toBe(200);
    expect(page('h1').text()).toBe('Set up Oju');
    expect(done.response.status).toBe(303);
    expect((await users(app).find())[0]!.lastSignedInAt).toBeInstanceOf(Date);
    const signedIn = { action: 'sign_in.succeeded', subjectLabel: 'ada@example.com' };
    const trail = app.nest.get(UnitOfWork).repository(AuditEntry);
    expect(await trail.countBy(signedIn)).toBe(1);
    expect(done.response.headers.location).toBe('/');
    expect(await users(app).find()).toMatchObject([{ email: 'ada@example.com', role: 'admin' }]);
    expect((await browser.agent.get('/config/integrations')).status).toBe(200);
    const limit = app.nest.get(SignInLimit);
    expect(await limit.isKnown({ ip: '203.0.113.7' }, 'ada@example.com')).toBe(true);
  });

  it('cannot be made a second time: there is no such page any more', async () => {
    const { app, log } = await start();
    const browser = new Browser(app.http);
    const path = setupPath(log);
    const { page } = await browser.open(path);
    const csrf = page('input[name=_csrf]').attr('value') ?? '';
    const form = { email: 'ada@example.com', password: TEST_PASSWORD, _csrf: csrf };
    await app.nest
      .get(UserService)
      .createFirstAdmin({ email: 'e@example.com', password: SECOND_PASSWORD });

    const post = await browser.agent.post(path).type('form').send(form);
    expect(post.status).toBe(404);
    expect((await browser.agent.get(path)).status).toBe(404);
    expect((await browser.agent.get('/setup')).status).toBe(404);
    expect(await users(app).count()).toBe(1);
  });

  it('is made at any instance with the link of another, and of one before a restart', async () => {
    const secret = { OJU_SECRET: Buffer.alloc(32, 3).toString('base64') };
    const { log: first } = await start(secret);
    const { app: second, log: alsoThere } = await start(secret);
    const path = setupPath(first);
    const form = { email: 'ada@example.com', password: TEST_PASSWORD };

    expect(setupPath(alsoThere)).toBe(path);
    expect(path.length).toBeGreaterThan(50);
    expect((await new Browser(second.http).submit(path, form)).response.status).toBe(303);
    expect((await new Browser(second.http).open(path)).response.status).toBe(404);
  });

  it('cannot be made without the link, nor with that of another secret', async () => {
    const { log: oldLog } = await start({ OJU_SECRET: Buffer.alloc(32, 4).toString('base64') });
    const { app, log } = await start({ OJU_SECRET: Buffer.alloc(32, 5).toString('base64') });
    const browser = new Browser(app.http);
    const { page } = await browser.open(setupPath(log));
    const form = {
      email: 'eve@example.com',
      password: TEST_PASSWORD,
      _csrf: page('input[name=_csrf]').attr('value'),
    };

    expect(setupPath(oldLog)).not.toBe(setupPath(log));
    for (const path of ['/setup', '/setup?token=', '/setup?token=a&token=b', setupPath(oldLog)]) {
      const get = await browser.open(path);
      const post = await browser.agent.post(path).type('form').send(form);
      expect([path, get.response.status, post.status]).toEqual([path, 200, 403]);
      expect(get.page('main form')).toHaveLength(0);
      expect(get.page('main').text()).toContain('log');
    }
    expect(await users(app).count()).toBe(0);
  });

  it('is named, field by field, what it must be', async () => {
    const { app, log } = await start();
    const { response, page } = await new Browser(app.http).submit(setupPath(log), {
      email: 'nobody',
      password: 'short',
    });

    expect(response.status).toBe(422);
    expect(page('input[name=email]').attr('aria-invalid')).toBe('true');
    expect(page('input[name=email]').attr('value')).toBe('nobody');
    expect(
      page('[role=alert] a')
        .toArray()
        .map((link) => page(link).attr('href')),
    ).toEqual(['#field-email', '#field-password']);
    expect(page('[autofocus]').attr('name')).toBe('email');
    expect(page('#error-password').text()).toBe('Password takes 12 to 200 characters.');
    expect(page('input[name=password]').attr('value')).toBe('');
    expect(await users(app).count()).toBe(0);
  });

  it('is asked for at /login while there is no user', async () => {
    const { app } = await start();
    const browser = new Browser(app.http);

    expect((await browser.agent.get('/')).headers.location).toBe('/login');
    expect((await browser.agent.get('/login')).headers.location).toBe('/setup');
  });

  it('is not asked for when there is a user', async () => {
    await start(ADMIN);
    const { log } = await start();

    expect(log).not.toContain('/setup');
  });
});

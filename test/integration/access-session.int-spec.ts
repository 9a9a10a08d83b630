import { Session } from '../../src/access/session.entity.js';
import {
  ABSOLUTE_LIMIT_MS,
  DatabaseSessionStore,
  IDLE_LIMIT_MS,
} from '../../src/access/session.store.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase, TEST_SECRET } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';

const HOUR_MS = 3_600_000;

describeOnEachDatabase('sessions', (database) => {
  let app: TestApp;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    app = await TestApp.start({ env: database().env, clock });
    await app.nest.get(UnitOfWork).run(() => sessions().createQueryBuilder().delete().execute());
  });
  afterEach(async () => {
    await app.stop();
  });

  /** From here on an ended session stays in the table: it must be refused all the same. */
  const keepEnded = () =>
    jest.spyOn(app.nest.get(DatabaseSessionStore), 'sweep').mockResolvedValue(0);
  const sessions = () => app.nest.get(UnitOfWork).repository(Session);
  const isSignedIn = async (browser: Browser) =>
    (await browser.agent.get('/vendor')).status === 200;

  it('outlives a restart, in the table under a hash of its id', async () => {
    const browser = await app.browser('viewer');
    const cookie = (await signedInCookie(browser)).value;
    const [row] = await sessions().find();
    await app.stop();
    app = await TestApp.start({ env: database().env, clock });

    const again = await new Browser(app.http).agent.get('/vendor').set('Cookie', `oju=${cookie}`);
    const id = decodeURIComponent(cookie).slice(2).split('.')[0] ?? '';
    expect(again.status).toBe(200);
    expect(id).toHaveLength(32);
    expect(row?.idHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(row)).not.toContain(id);
    expect(row?.userId).not.toBeNull();
  });

  it('lasts while it is used, up to seven days', async () => {
    keepEnded();
    const browser = await app.browser('viewer');
    for (let passedMs = 0; passedMs < ABSOLUTE_LIMIT_MS - 11 * HOUR_MS; passedMs += 11 * HOUR_MS) {
      expect(await isSignedIn(browser)).toBe(true);
      await clock.skip(11 * HOUR_MS);
    }
    expect(await isSignedIn(browser)).toBe(true);

    await clock.skip(11 * HOUR_MS);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('ends after twelve hours without a request', async () => {
    keepEnded();
    const browser = await app.browser('viewer');

    await clock.skip(IDLE_LIMIT_MS - 1);
    expect(await isSignedIn(browser)).toBe(true);
    await clock.skip(IDLE_LIMIT_MS);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('is written at most once a minute for page views alone', async () => {
    const browser = await app.browser('viewer');
    await browser.agent.get('/vendor');
    const touchedAt = async () => (await sessions().find())[0]?.touchedAt.toISOString();
    const first = await touchedAt();

    await clock.skip(59_000);
    await browser.agent.get('/vendor');
    expect(await touchedAt()).toBe(first);
    await clock.skip(1_000);
    await browser.agent.get('/vendor');
    expect(await touchedAt()).toBe(clock.now().toISOString());
  });

  it('is stored before a redirect is answered', async () => {
    const store = app.nest.get(DatabaseSessionStore);
    const write = store.set.bind(store);
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const user = { email: 'slow@example.com', password: TEST_PASSWORD, role: 'viewer' } as const;
    await app.nest.get(UserService).create(user);
    const server = await new Promise<string>((resolve) => {
      const listening = app.nest.getHttpServer().listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(listening.address() as { port: number }).port}`);
      });
    });
    const form = await fetch(`${server}/login`);
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
    const set = jest.spyOn(store, 'set').mockImplementation((id, session, done) => {
      void held.then(() => {
        write(id, session, done);
      });
    });

    let isAnswered = false;
    const answer = fetch(`${server}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { Cookie: form.headers.getSetCookie()[0]?.split(';')[0] ?? '' },
      body: new URLSearchParams({ email: user.email, password: user.password, _csrf: csrf }),
    }).then((response) => {
      isAnswered = true;
      return response;
    });
    // The save has begun: from here on only the answer could come.
    while (set.mock.calls.length === 0) await new Promise(setImmediate);
    for (let turns = 0; turns < 200; turns += 1) await new Promise(setImmediate);
    expect(isAnswered).toBe(false);

    finish();
    const response = await answer;
    expect(response.status).toBe(303);
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const next = await fetch(`${server}/vendor`, { headers: { Cookie: cookie } });
    expect(next.status).toBe(200);
  });

  it('is not brought back by a slow request that ends after the sign-out', async () => {
    const browser = await app.browser('viewer');
    const store = app.nest.get(DatabaseSessionStore);
    const id =
      decodeURIComponent((await signedInCookie(browser)).value)
        .slice(2)
        .split('.')[0] ?? '';
    const slow = await new Promise<never>((resolve, reject) => {
      store.get(id, (error, data) => {
        if (error instanceof Error) reject(error);
        else resolve(store.createSession({ sessionID: id } as never, data!) as never);
      });
    });
    await browser.submit('/vendor', {}, '/logout');
    await new Promise<void>((resolve) => {
      store.set(id, slow, () => {
        resolve();
      });
    });

    expect((await sessions().find()).filter((session) => session.userId !== null)).toEqual([]);
  });

  it('is removed from the table within an hour of its end, however many there are', async () => {
    const now = clock.now();
    const rows = Array.from({ length: 1200 }, (_, index) => ({
      idHash: index.toString(16).padStart(64, '0'),
      userId: null,
      data: '{"cookie":{}}',
      createdAt: now,
      touchedAt: now,
      expiresAt: new Date(now.getTime() + (index < 1100 ? HOUR_MS : 10 * HOUR_MS)),
    }));
    const unitOfWork = app.nest.get(UnitOfWork);
    await unitOfWork.run(async () => {
      for (let at = 0; at < rows.length; at += 100)
        await sessions().insert(rows.slice(at, at + 100));
    });
    const sweep = jest.spyOn(app.nest.get(DatabaseSessionStore), 'sweep');

    await clock.advance(HOUR_MS - 1);
    expect(sweep).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(await sweep.mock.results[0]?.value).toBe(1100);
    expect(await sessions().count()).toBe(100);
  });

  it('hands an error of the database to the error page', async () => {
    const browser = await app.browser('viewer');
    jest.spyOn(app.nest.get(DatabaseSessionStore), 'get').mockImplementation((_id, done) => {
      done(new Error('the disk is gone'));
    });
    const { response, page } = await browser.open('/vendor');

    expect(response.status).toBe(500);
    expect(page('h1').text()).toBe('Something went wrong');
    expect(response.text).not.toContain('the disk is gone');
  });

  it('ends everywhere when the password is reset', async () => {
    const browser = new Browser(app.http);
    const users = app.nest.get(UserService);
    const email = 'reset@example.com';
    await users.create({ email, password: TEST_PASSWORD, role: 'viewer' });
    await browser.submit('/login', { email, password: TEST_PASSWORD });
    expect(await isSignedIn(browser)).toBe(true);

    await users.resetPassword(email.toUpperCase(), 'another long password');

    expect(await isSignedIn(browser)).toBe(false);
    expect(await users.authenticate(email, TEST_PASSWORD)).toBeNull();
    expect(await users.authenticate(email, 'another long password')).toMatchObject({ email });
  });

  it('goes over https alone when the base address is https', async () => {
    await app.stop();
    app = await TestApp.start({
      env: { ...database().env, OJU_SECRET: TEST_SECRET, OJU_BASE_URL: 'https://oju.example.org' },
      clock,
    });
    await app.nest.get(UserService).hasUsers();
    const behindProxy = await new Browser(app.http).agent
      .get('/alerts')
      .set('X-Forwarded-Proto', 'https');
    const plain = await new Browser(app.http).agent.get('/alerts');

    expect(String(behindProxy.headers['set-cookie'])).toContain('; Secure');
    expect(plain.headers['set-cookie']).toBeUndefined();
  });

  async function signedInCookie(browser: Browser): Promise<{ value: string }> {
    const { response } = await browser.open('/vendor');
    const sent = (response.request as unknown as { cookies?: string }).cookies ?? '';
    return { value: /oju=([^;]+)/.exec(sent)?.[1] ?? '' };
  }
});

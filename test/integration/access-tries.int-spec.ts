import argon2 from 'argon2';
import { Tries } from '../../src/access/tries.entity.js';
import { TriesStore } from '../../src/access/tries.store.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { cases } from '../support/cases.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { tried } from '../support/tries-tally.js';

const WRONG = 'wrong';
const verifications = jest.fn();

const OWNER = 'owner@example.com';
const HOME = '203.0.113.7';
const PER_ADDRESS = 10;
const PER_ACCOUNT = 30;
const MINUTE_MS = 60_000;
const AT_ONCE = 25;

describeOnEachDatabase('passwords that are tried', (database) => {
  const apps: TestApp[] = [];
  let clock: FakeClock;

  const start = async (keepsTries = false) => {
    const env = { ...database().env, TRUST_PROXY: '1' };
    const app = await TestApp.start({ env, clock, keepsTries });
    apps.push(app);
    return app;
  };
  /** A form that any address may send: its token and its session's cookie. */
  const openForm = async (app: TestApp) => {
    const browser = new Browser(app.http);
    const csrf = (await browser.open('/login')).page('input[name=_csrf]').attr('value') ?? '';
    return (from: string, email: string, password: string) =>
      browser.agent
        .post('/login')
        .set('X-Forwarded-For', from)
        .type('form')
        .send({ email, password, _csrf: csrf });
  };
  const signIn = async (app: TestApp, from: string, email = OWNER) =>
    (await openForm(app))(from, email, TEST_PASSWORD);
  /** Some at a time: what they are answered, counted. */
  const tryWrong = async (
    app: TestApp,
    many: number,
    { from, email }: { from: (n: number) => string; email: (n: number) => string },
  ) => {
    const send = await openForm(app);
    const statuses: Record<number, number> = {};
    tried('wrong passwords', many);
    for (let done = 0; done < many; done += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, many - done) }, (_, n) => done + n);
      const answers = await Promise.all(some.map((n) => send(from(n), email(n), WRONG)));
      for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
    }
    return statuses;
  };
  const elsewhere = (n: number) => `198.51.${100 + Math.floor(n / 250)}.${1 + (n % 250)}`;
  const owner = () => OWNER;

  beforeAll(() => {
    const verify = argon2.verify;
    jest.spyOn(argon2, 'verify').mockImplementation((...args) => {
      verifications();
      // What matters here is how many get so far: that a wrong one is wrong, password.spec proves.
      return args[1] === WRONG ? Promise.resolve(false) : verify(...args);
    });
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });
  beforeEach(async () => {
    clock = new FakeClock();
    const app = await start();
    const users = app.nest.get(UserService);
    if (!(await users.hasUsers())) {
      await users.create({ email: OWNER, password: TEST_PASSWORD, role: 'viewer' });
    }
    verifications.mockClear();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.stop();
  });

  it('are stopped after ten from one address, however many there are', async () => {
    const many = cases(200);
    const app = apps[0]!;
    const statuses = await tryWrong(app, many, { from: () => HOME, email: owner });

    expect(statuses).toEqual({ 422: PER_ADDRESS, 429: many - PER_ADDRESS });
    expect(verifications).toHaveBeenCalledTimes(PER_ADDRESS);
  }, 30_000);

  it('are stopped for one account, from wherever they come and whether there is one', async () => {
    const answers = [];
    for (const email of [OWNER, 'nobody@example.com']) {
      await apps[0]!.forgetTries();
      verifications.mockClear();
      const statuses = await tryWrong(apps[0]!, 45, { from: elsewhere, email: () => email });
      const stopped = await (await openForm(apps[0]!))('192.0.2.1', email, WRONG);
      answers.push({
        statuses,
        verified: verifications.mock.calls.length,
        retryAfter: stopped.headers['retry-after'],
        text: stopped.text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|value="[\w-]{24,}"/g, ''),
      });
    }

    expect(answers[0]).toMatchObject({
      statuses: { 422: PER_ACCOUNT, 429: 45 - PER_ACCOUNT },
      verified: PER_ACCOUNT,
      retryAfter: '900',
    });
    expect(answers[0]?.text).toContain('Wait 15 minutes');
    expect(answers[1]).toEqual(answers[0]);
  }, 30_000);

  it('count together at all instances, and over a restart', async () => {
    const [first, second] = [apps[0]!, await start(true)];
    const home = { from: () => HOME, email: owner };
    expect(await tryWrong(first, 6, home)).toEqual({ 422: 6 });
    expect(await tryWrong(second, 6, home)).toEqual({ 422: 4, 429: 2 });
    await second.stop();
    apps.pop();

    const response = await signIn(await start(true), HOME);
    expect(response.status).toBe(429);
    expect(response.headers['retry-after']).toBe('60');
  });

  it('are exactly as many when they come at once', async () => {
    const second = await start(true);
    const forms = [await openForm(apps[0]!), await openForm(second)];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => forms[n % 2]!(HOME, OWNER, WRONG)),
    );

    expect(answers.filter(({ status }) => status === 422)).toHaveLength(PER_ADDRESS);
    expect(verifications).toHaveBeenCalledTimes(PER_ADDRESS);
  });

  it('end a fixed time after the first, however many come meanwhile', async () => {
    const app = apps[0]!;
    await tryWrong(app, 35, { from: elsewhere, email: owner });
    await clock.skip(14 * MINUTE_MS);
    await tryWrong(app, 10, { from: elsewhere, email: owner });
    expect((await signIn(app, '192.0.2.1')).status).toBe(429);
    await clock.skip(MINUTE_MS);

    expect((await signIn(app, '192.0.2.1')).status).toBe(303);
  });

  it('elsewhere do not lock out an owner who has signed in from here before', async () => {
    const app = apps[0]!;
    expect((await signIn(app, HOME)).status).toBe(303);
    await tryWrong(app, 35, { from: elsewhere, email: owner });

    expect((await signIn(app, '192.0.2.1')).status).toBe(429);
    expect((await signIn(app, HOME)).status).toBe(303);
    await clock.skip(MINUTE_MS);
    expect(await tryWrong(app, 10, { from: () => HOME, email: owner })).toEqual({ 422: 10 });
  });

  it('do not count when they are right', async () => {
    const app = apps[0]!;
    for (let times = 0; times < PER_ACCOUNT + 5; times += 1) {
      expect((await signIn(app, HOME)).status).toBe(303);
    }
  });

  it('leave nothing behind but hashes, and that not for long', async () => {
    const app = apps[0]!;
    await tryWrong(app, 5, { from: elsewhere, email: (n) => `somebody-${n}@example.com` });
    await signIn(app, HOME);
    const tries = () => app.nest.get(UnitOfWork).repository(Tries).find();
    const kept = await tries();
    expect(kept.length).toBeGreaterThan(10);
    expect(JSON.stringify(kept)).not.toMatch(/example|198\.51/);
    expect(await app.nest.get(TriesStore).sweep()).toBe(0);
    await clock.skip(15 * MINUTE_MS);
    await app.nest.get(TriesStore).sweep();
    expect(await tries()).toHaveLength(2);
    await clock.skip(30 * 24 * 60 * MINUTE_MS);
    await app.nest.get(TriesStore).sweep();

    expect(await tries()).toEqual([]);
  });
});

import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { RecoveryCode } from '../../src/access/recovery-code.entity.js';
import { SecondFactor } from '../../src/access/second-factor.service.js';
import { Session } from '../../src/access/session.entity.js';
import { totpPurpose, User } from '../../src/access/user.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { runCli } from '../../src/cli/run-cli.js';
import { SecretBox } from '../../src/config/secret-box.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';

const STEP_MS = 30_000;
const HOME = '203.0.113.7';
const PATH = '/profile/second-factor';

describeOnEachDatabase('the second factor', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let email: string;
  let generateSync: (options: { secret: string; epoch: number }) => string;

  beforeAll(async () => {
    ({ generateSync } = await import('otplib'));
    clock = new FakeClock();
    app = await TestApp.start({ env: { ...database().env, TRUST_PROXY: '1' }, clock });
  });
  beforeEach(async () => {
    await app.forgetTries();
    email = `ada-${Math.random().toString(36).slice(2)}@example.com`;
    await app.nest.get(UserService).create({ email, password: TEST_PASSWORD, role: 'admin' });
  });
  afterAll(async () => {
    await app.stop();
  });

  const repository = <T extends object>(type: new () => T) =>
    app.nest.get(UnitOfWork).repository(type);
  const user = () => repository(User).findOneByOrFail({ email });
  const codeOf = (secret: string, atMs = clock.now().getTime()) =>
    generateSync({ secret, epoch: Math.floor(atMs / 1000) });
  const wrongCode = (secret: string) => {
    const near = [-2, -1, 0, 1, 2].map((at) =>
      codeOf(secret, clock.now().getTime() + at * STEP_MS),
    );
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
      (code) => !near.includes(code),
    )!;
  };
  const passwordOnly = async (from = HOME) => {
    const browser = new Browser(app.http);
    browser.agent.set('X-Forwarded-For', from);
    const { response } = await browser.submit('/login', { email, password: TEST_PASSWORD });
    return { browser, response };
  };
  const isSignedIn = async (browser: Browser) =>
    (await browser.agent.get('/vendor')).status === 200;
  /** Sets it up, and lets the half minute of its code pass. */
  const setUp = async () => {
    const { browser } = await passwordOnly();
    await browser.submit(PATH, { presentPassword: TEST_PASSWORD });
    const { page } = await browser.open(PATH);
    const secret = page('main code').text().replaceAll(' ', '');
    const confirmed = await browser.submit(PATH, { code: codeOf(secret) }, `${PATH}/confirm`);
    const codes = confirmed
      .page('.shown-once code')
      .toArray()
      .map((code) => confirmed.page(code).text());
    await clock.skip(2 * STEP_MS);
    return { browser, secret, codes, confirmed };
  };
  const setEverybody = async (required: boolean, browser: Browser) =>
    browser.submit('/config/users', { required: String(required) }, '/config/users/second-factor');

  it('is set up with a picture and a text, confirmed by a code, and asked for from then on', async () => {
    const { browser, secret, codes, confirmed } = await setUp();
    expect(secret).toMatch(/^[A-Z2-7]{32,}$/);
    expect(confirmed.response.headers['cache-control']).toBe('no-store');
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^([A-Z2-9]{4}-){3}[A-Z2-9]{4}$/);
    const rows = JSON.stringify([await user(), await repository(RecoveryCode).find()]);
    for (const held of [secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))]) {
      expect(rows).not.toContain(held);
    }
    expect((await browser.open(PATH)).response.text).not.toContain(secret.slice(0, 4));

    const { browser: next, response } = await passwordOnly();
    expect(response.headers.location).toBe('/login/code');
    expect(await isSignedIn(next)).toBe(false);
    expect((await next.open('/login/code')).page('h1').text()).toBe('Sign in: the code');
    const signedIn = await next.submit('/login/code', { code: codeOf(secret) });
    // The page that was asked for before.
    expect(signedIn.response.headers.location).toBe('/vendor');
    expect(await isSignedIn(next)).toBe(true);
  });

  it('shows a picture that the page’s own policy lets be drawn', async () => {
    const { browser } = await passwordOnly();
    await browser.submit(PATH, { presentPassword: TEST_PASSWORD });
    const { response, page } = await browser.open(PATH);
    const source = page('img.qr').attr('src')!;
    expect(source).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(Buffer.from(source.split(',')[1]!, 'base64').toString()).toContain('<svg');
    expect(response.headers['content-security-policy']).toContain("img-src 'self' data:");
    expect(response.headers['content-security-policy']).not.toContain('unsafe-inline');
    expect(page('main [style]')).toHaveLength(0);
  });

  it('is not in force before a right code, and begins anew as often as one likes', async () => {
    const { browser } = await passwordOnly();
    await browser.submit(PATH, { presentPassword: TEST_PASSWORD });
    const first = (await browser.open(PATH)).page('main code').text().replaceAll(' ', '');
    const wrong = await browser.submit(PATH, { code: wrongCode(first) }, `${PATH}/confirm`);
    expect(wrong.response.status).toBe(422);
    expect(wrong.page('#field-code').attr('aria-invalid')).toBe('true');
    await browser.submit(PATH, { presentPassword: TEST_PASSWORD }, PATH);
    const old = await browser.submit(PATH, { code: codeOf(first) }, `${PATH}/confirm`);
    expect(old.response.status).toBe(422);
    expect((await passwordOnly()).response.headers.location).toBe('/');
  });

  it.each(['', 'not this one'])('is not begun with the present password %j', async (typed) => {
    const { browser } = await passwordOnly();
    const { response, page } = await browser.submit(PATH, { presentPassword: typed });
    expect(response.status).toBe(422);
    expect(page('#field-presentPassword').attr('aria-invalid')).toBe('true');
    expect((await user()).totpCiphertext).toBeNull();
  });

  it('under a lost key is begun anew, removed, and leaves the recovery codes good', async () => {
    const plant = async () => {
      const { id } = await user();
      const lost = new SecretBox(['a key that nobody has any more, of 32 characters']);
      const totpCiphertext = lost.encrypt('JBSWY3DPEHPK3PXP', totpPurpose(id));
      const unitOfWork = app.nest.get(UnitOfWork);
      await unitOfWork.run(() => unitOfWork.repository(User).update({ id }, { totpCiphertext }));
    };
    await plant();
    const admin = await app.browser('admin');
    const path = `/config/users/${(await user()).id}`;
    const button = `form[action="${path}/second-factor/remove"]`;
    expect((await admin.open(path)).page(button)).toHaveLength(1);
    await admin.submit(path, {}, `${path}/second-factor/remove`);
    expect((await user()).totpCiphertext).toBeNull();

    await plant();
    const out: string[] = [];
    const io = {
      out: (line: string) => out.push(line),
      err: (line: string) => out.push(line),
      stdin: () => Promise.resolve(TEST_PASSWORD),
      config: { env: { LOG_LEVEL: 'error', ...database().env }, clock },
    };
    const reset = ['user', 'reset', '--email', email, '--password-stdin'];
    expect(await runCli([...reset, '--remove-second-factor'], io)).toBe(0);
    expect((await user()).totpCiphertext).toBeNull();

    await plant();
    const { browser } = await passwordOnly();
    const { response, page } = await browser.open(PATH);
    expect(response.status).toBe(200);
    expect(page('.qr')).toHaveLength(0);
    const unread = await browser.submit(PATH, { code: '123456' }, `${PATH}/confirm`);
    expect(unread.response.status).toBe(422);
    const { codes } = await setUp();
    expect(codes).toHaveLength(10);
    await plant();
    const late = (await passwordOnly()).browser;
    expect((await late.submit('/login/code', { code: '123456' })).response.status).toBe(422);
    expect((await late.submit('/login/code', { code: codes[0]! })).response.status).toBe(303);
  });

  it('takes no code twice, in whatever session, and not at the same moment', async () => {
    const { secret } = await setUp();
    const code = codeOf(secret);
    const browsers = await Promise.all([passwordOnly(), passwordOnly()]);
    const tries = await Promise.all(
      browsers.map(({ browser }) => browser.submit('/login/code', { code })),
    );
    expect(tries.map(({ response }) => response.status).sort()).toEqual([303, 422]);
    const { browser } = await passwordOnly();
    expect((await browser.submit('/login/code', { code })).response.status).toBe(422);
    // Nor one of the half minute before, although a late clock may show it.
    const before = codeOf(secret, clock.now().getTime() - STEP_MS);
    expect((await browser.submit('/login/code', { code: before })).response.status).toBe(422);
    await clock.skip(STEP_MS);
    expect((await browser.submit('/login/code', { code: codeOf(secret) })).response.status).toBe(
      303,
    );
  });

  it('takes the code of a clock half a minute off, and of none further', async () => {
    const { secret } = await setUp();
    const now = clock.now().getTime();
    const verify = async (atMs: number) =>
      app.nest.get(SecondFactor).verify(await user(), codeOf(secret, atMs));
    expect(await verify(now - 3 * STEP_MS)).toBeNull();
    expect(await verify(now + 3 * STEP_MS)).toBeNull();
    expect(await verify(now - STEP_MS)).toBe('app');
    expect(await verify(now + STEP_MS)).toBe('app');
  });

  it('takes each recovery code once, in any spelling', async () => {
    const { codes } = await setUp();
    const typed = codes[0]!.toLowerCase().replaceAll('-', ' ');
    const pair = await Promise.all([passwordOnly(), passwordOnly()]);
    const tries = await Promise.all(
      pair.map(({ browser }) => browser.submit('/login/code', { code: typed })),
    );
    expect(tries.map(({ response }) => response.status).sort()).toEqual([303, 422]);
    const winner = pair[tries.findIndex(({ response }) => response.status === 303)]!.browser;
    expect((await winner.open('/profile')).page('main').text()).toContain('9 recovery codes left');
    const renewed = await winner.submit(PATH, { presentPassword: TEST_PASSWORD }, `${PATH}/codes`);
    expect(renewed.page('.shown-once code')).toHaveLength(10);
    const { browser } = await passwordOnly();
    expect((await browser.submit('/login/code', { code: codes[1]! })).response.status).toBe(422);
  });

  it('leaves nobody signed in before the code: with any session, page or route', async () => {
    const { secret } = await setUp();
    const { browser, response } = await passwordOnly();
    for (const path of ['/', '/profile', PATH, '/config/users', '/api/v1/scans/1/events']) {
      const answer = await browser.agent.get(path);
      expect([path, answer.status]).toEqual([path, path.startsWith('/api') ? 401 : 303]);
    }
    const planted = (response.headers['set-cookie'] as unknown as string[])[0]!.split(';')[0]!;
    await browser.submit('/login/code', { code: codeOf(secret) });
    const replay = await new Browser(app.http).agent.get('/vendor').set('Cookie', planted);
    expect(replay.headers.location).toBe('/login');
    expect(await isSignedIn(browser)).toBe(true);
    // Without the first half there is no second.
    const fresh = await new Browser(app.http).submit('/login', { code: '1' }, '/login/code');
    expect(fresh.response.headers.location).toBe('/login');
  });

  it('ends the wait after ten minutes, after five wrong codes, and with all sessions', async () => {
    const { browser: own, secret } = await setUp();
    const late = (await passwordOnly()).browser;
    await clock.skip(10 * 60_000);
    const tooLate = await late.submit('/login', { code: codeOf(secret) }, '/login/code');
    expect(tooLate.response.headers.location).toBe('/login');

    const guessing = (await passwordOnly()).browser;
    const statuses: string[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      const { response } = await guessing.submit('/login/code', { code: wrongCode(secret) });
      statuses.push(response.headers.location ?? String(response.status));
    }
    expect(statuses).toEqual(['422', '422', '422', '422', '/login']);

    const waiting = (await passwordOnly()).browser;
    expect((await own.open('/profile')).page('tbody tr')).toHaveLength(1);
    await own.submit('/profile', {}, '/profile/sessions/end');
    const ended = await waiting.submit('/login', { code: codeOf(secret) }, '/login/code');
    expect(ended.response.headers.location).toBe('/login');
    expect(await repository(Session).countBy({ userId: (await user()).id })).toBe(0);
  });

  it('counts codes by user, from however many addresses and sessions', async () => {
    const { secret } = await setUp();
    const statuses: number[] = [];
    for (let session = 0; session < 4; session += 1) {
      const { browser } = await passwordOnly();
      for (let tries = 0; tries < 3; tries += 1) {
        const form = await browser.submit('/login/code', { code: wrongCode(secret) });
        statuses.push(form.response.status);
      }
    }
    expect(statuses.slice(0, 10).every((status) => status !== 429)).toBe(true);
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  it('lets its owner in from a known address, whoever tries codes elsewhere', async () => {
    const { secret } = await setUp();
    for (let session = 0; session < 4; session += 1) {
      const { browser } = await passwordOnly(`198.51.100.${session}`);
      for (let tries = 0; tries < 3; tries += 1) {
        await browser.submit('/login/code', { code: wrongCode(secret) });
      }
    }
    const code = codeOf(secret);
    const statuses: number[] = [];
    for (const from of ['192.0.2.1', HOME]) {
      const { browser } = await passwordOnly(from);
      statuses.push((await browser.submit('/login/code', { code })).response.status);
    }
    expect(statuses).toEqual([429, 303]);
  });

  it('can be asked of everybody: who has none sets it up before anything else', async () => {
    const { browser: admin } = await setUp();
    const viewer = await app.browser('viewer');
    expect((await setEverybody(true, admin)).response.status).toBe(303);
    try {
      for (const path of ['/', '/vendor', '/profile', '/alerts']) {
        expect((await viewer.agent.get(path)).headers.location).toBe(PATH);
      }
      expect((await viewer.agent.get('/api/v1/scans/1/events')).status).toBe(403);
      await viewer.submit(PATH, { presentPassword: TEST_PASSWORD });
      const { page } = await viewer.open(PATH);
      const secret = page('main code').text().replaceAll(' ', '');
      await viewer.submit(PATH, { code: codeOf(secret) }, `${PATH}/confirm`);
      expect(await isSignedIn(viewer)).toBe(true);
      const kept = await viewer.submit(PATH, { presentPassword: TEST_PASSWORD }, `${PATH}/remove`);
      expect(kept.response.status).toBe(422);
      expect((await admin.agent.get('/vendor')).status).toBe(200);
    } finally {
      await setEverybody(false, admin);
    }
  });

  it('is removed by its user with the password, by an admin, and by the command', async () => {
    const { browser } = await setUp();
    const wrong = await browser.submit(PATH, { presentPassword: 'no' }, `${PATH}/remove`);
    expect(wrong.response.status).toBe(422);
    await browser.submit(PATH, { presentPassword: TEST_PASSWORD }, `${PATH}/remove`);
    expect((await passwordOnly()).response.headers.location).toBe('/');
    expect(await repository(RecoveryCode).countBy({ userId: (await user()).id })).toBe(0);

    await setUp();
    const admin = await app.browser('admin');
    const path = `/config/users/${(await user()).id}`;
    const { response } = await admin.submit(path, {}, `${path}/second-factor/remove`);
    expect(response.status).toBe(303);
    expect((await passwordOnly()).response.headers.location).toBe('/');

    await setUp();
    const out: string[] = [];
    const io = {
      out: (line: string) => out.push(line),
      err: (line: string) => out.push(line),
      stdin: () => Promise.resolve(TEST_PASSWORD),
      config: { env: { LOG_LEVEL: 'error', ...database().env }, clock },
    };
    const reset = ['user', 'reset', '--email', email, '--password-stdin'];
    expect(await runCli(reset, io)).toBe(0);
    expect(out.at(-1)).toContain('--remove-second-factor');
    expect((await user()).totpEnabledAt).not.toBeNull();
    expect(await runCli([...reset, '--remove-second-factor'], io)).toBe(0);
    expect((await user()).totpEnabledAt).toBeNull();
    const entries = await repository(AuditEntry).findBy({ action: 'user.second_factor_off' });
    const { id } = await user();
    const mine = entries.filter(({ subjectId }) => subjectId === String(id));
    expect(mine.map(({ actorKind }) => actorKind)).toEqual(['user', 'user', 'cli']);
  });
});

import { UserService } from '../../src/access/user.service.js';
import { Session } from '../../src/access/session.entity.js';
import { User } from '../../src/access/user.entity.js';
import { OjuDataSource } from '../../src/database/oju-data-source.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { tried } from '../support/tries-tally.js';

const EMAIL = 'ada@example.com';
const WRONG = 'The email address or the password is wrong.';

describeOnEachDatabase('signing in', (database) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    const user = { email: EMAIL, password: TEST_PASSWORD, role: 'viewer' } as const;
    await app.nest.get(UserService).create(user);
  });
  afterAll(async () => {
    await app.stop();
  });
  // Sign-ins are counted by address.
  beforeEach(() => app.forgetTries());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const cookieOf = (response: { headers: Record<string, unknown> }) =>
    (response.headers['set-cookie'] as string[] | undefined)?.[0] ?? '';

  /** As if the guard had kept it: what is in a session is checked once more when it is used. */
  const plantReturnTo = async (path: string) => {
    const unitOfWork = app.nest.get(UnitOfWork);
    await unitOfWork.run(async () => {
      const sessions = await unitOfWork.repository(Session).find();
      const waiting = sessions.filter(({ data }) => data.includes('"returnTo":"/alerts"'));
      expect(waiting).toHaveLength(1);
      for (const { idHash, data } of waiting) {
        const planted = data.replace('"/alerts"', JSON.stringify(path));
        await unitOfWork.repository(Session).update({ idHash }, { data: planted });
      }
    });
  };

  it('takes the right mail address, in any case, and the password', async () => {
    const browser = new Browser(app.http);
    const { response } = await browser.submit('/login', {
      email: ' Ada@Example.com ',
      password: TEST_PASSWORD,
    });

    expect(response.status).toBe(303);
    expect(response.headers.location).toBe('/');
    expect(cookieOf(response)).toMatch(/^oju=s%3A.*; Path=\/; HttpOnly; SameSite=Lax$/);
    const { response: vendors, page } = await browser.open('/vendor');
    expect(vendors.status).toBe(200);
    expect(page('.who').first().text().trim()).toBe(EMAIL);
  });

  it('notes when a user last signed in', async () => {
    await new Browser(app.http).submit('/login', { email: EMAIL, password: TEST_PASSWORD });

    const users = app.nest.get(UnitOfWork).repository(User);
    expect((await users.findOneByOrFail({ email: EMAIL })).lastSignedInAt).toBeInstanceOf(Date);
  });

  it.each([
    ['a wrong password', EMAIL, 'not the right password'],
    ['a mail address that nobody has', 'eve@example.com', TEST_PASSWORD],
    ['no mail address', '', TEST_PASSWORD],
    ['no password', EMAIL, ''],
  ])(
    'says the same for %s, keeps the address and never the password',
    async (_w, email, password) => {
      const { response, page } = await new Browser(app.http).submit('/login', { email, password });

      expect(response.status).toBe(422);
      expect(page('[role=alert]').text()).toBe(WRONG);
      expect(page('input[name=email]').attr('value')).toBe(email);
      expect(page('input[name=email]').attr('aria-invalid')).toBe('true');
      expect(page('input[name=password]').attr('aria-invalid')).toBe('true');
      expect(page('input[name=password]').attr('value')).toBeUndefined();
      if (password) expect(response.text).not.toContain(password);
    },
  );

  it('does the same work for a mail address that nobody has as for a wrong password', async () => {
    const users = app.nest.get(UserService);
    const once = async (email: string) => {
      const spies = [
        jest.spyOn(UnitOfWork.prototype, 'run'),
        jest.spyOn(UnitOfWork.prototype, 'repository'),
        jest.spyOn(OjuDataSource.prototype, 'createQueryRunner'),
      ];
      expect(await users.authenticate(email, 'not the right password')).toBeNull();
      const done = spies.map((spy) => spy.mock.calls.length);
      for (const spy of spies) spy.mockRestore();
      return done;
    };
    /** The least of several: what goes on beside it asks the database as well. */
    const work = async (email: string) => {
      const [first, ...more] = [await once(email), await once(email), await once(email)];
      return first.map((least, at) => Math.min(least, ...more.map((done) => done[at] ?? 0)));
    };
    const known = await work(EMAIL);
    expect(known.every((times) => times > 0)).toBe(true);
    expect(await work('nobody@example.com')).toEqual(known);
    expect(await work('not a mail address')).toEqual(known);
  });

  it('refuses fields that are sent twice', async () => {
    const browser = new Browser(app.http);
    const { page } = await browser.open('/login');
    const csrf = page('input[name=_csrf]').attr('value') ?? '';
    const response = await browser.agent
      .post('/login')
      .type('form')
      .send(`email=${EMAIL}&email=${EMAIL}&password=a&password=${TEST_PASSWORD}&_csrf=${csrf}`);

    expect(response.status).toBe(422);
  });

  it('refuses an inactive user, and ends the sessions of one who becomes inactive', async () => {
    const browser = await app.browser('viewer');
    const unitOfWork = app.nest.get(UnitOfWork);
    expect((await browser.agent.get('/vendor')).status).toBe(200);

    await unitOfWork.run(() =>
      unitOfWork.repository(User).update({ isActive: true }, { isActive: false }),
    );
    try {
      const open = await browser.agent.get('/vendor');
      const again = await browser.submit('/login', { email: EMAIL, password: TEST_PASSWORD });

      expect(open.headers.location).toBe('/login');
      expect(again.response.status).toBe(422);
      expect(again.page('[role=alert]').text()).toBe(WRONG);
    } finally {
      await unitOfWork.run(() =>
        unitOfWork.repository(User).update({ isActive: false }, { isActive: true }),
      );
    }
    expect((await browser.agent.get('/vendor')).headers.location).toBe('/login');
  });

  it('ends the session of a user who is deleted', async () => {
    const browser = await app.browser('viewer');
    const unitOfWork = app.nest.get(UnitOfWork);
    const gone = await unitOfWork
      .repository(User)
      .findOneOrFail({ where: {}, order: { id: 'DESC' } });
    await unitOfWork.run(() => unitOfWork.repository(User).delete({ id: gone.id }));

    expect((await browser.agent.get('/vendor')).headers.location).toBe('/login');
  });

  it('ends a session at sign-out, on the server too', async () => {
    const browser = new Browser(app.http);
    const signIn = { email: EMAIL, password: TEST_PASSWORD };
    const cookie = cookieOf((await browser.submit('/login', signIn)).response).split(';')[0] ?? '';
    const replay = () => new Browser(app.http).agent.get('/vendor').set('Cookie', cookie);
    expect((await replay()).status).toBe(200);
    const { response } = await browser.submit('/vendor', {}, '/logout');

    expect(response.status).toBe(303);
    expect(response.headers.location).toBe('/login');
    expect((await browser.open('/login')).page('[role=status]').text()).toBe('Signed out.');
    expect((await replay()).headers.location).toBe('/login');
  });

  it('gives the session another id at sign-in, so that a planted one is worth nothing', async () => {
    const browser = new Browser(app.http);
    const planted = cookieOf(await browser.agent.get('/login')).split(';')[0] ?? '';
    const { response } = await browser.submit('/login', { email: EMAIL, password: TEST_PASSWORD });

    expect(planted).toMatch(/^oju=s%3A/);
    expect(cookieOf(response).split(';')[0]).not.toBe(planted);
    const attacker = await new Browser(app.http).agent.get('/vendor').set('Cookie', planted);
    expect(attacker.headers.location).toBe('/login');
  });

  it('takes no session id that it has not signed', async () => {
    const response = await new Browser(app.http).agent
      .get('/login')
      .set('Cookie', 'oju=s%3Aplanted.c2lnbmF0dXJl');

    expect(cookieOf(response)).not.toContain('planted');
  });

  it('sends on to the page that was asked for', async () => {
    const browser = new Browser(app.http);
    const asked = await browser.agent.get('/alerts?state=new');
    const { response } = await browser.submit('/login', { email: EMAIL, password: TEST_PASSWORD });

    expect(asked.status).toBe(303);
    expect(asked.headers.location).toBe('/login');
    expect(response.headers.location).toBe('/alerts?state=new');
  });

  it.each([
    '//evil.example/vendor',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example/',
    '///evil.example',
    '/\\/evil.example',
    '\\\\evil.example',
    'javascript:alert("evil")',
    '/\r\nLocation: https://evil.example/',
  ])('never sends on to another site: %j', async (path) => {
    tried('redirect targets elsewhere');
    const browser = new Browser(app.http);
    // Asked for as a path, too, where it is of the form of one.
    if (path.startsWith('/')) await browser.agent.get(encodeURI(path));
    await browser.agent.get('/alerts');
    await plantReturnTo(path);
    const { response } = await browser.submit('/login', {
      email: EMAIL,
      password: TEST_PASSWORD,
    });

    expect(response.status).toBe(303);
    expect(response.headers.location).toMatch(/^\/(?![/\\])/);
    expect(response.headers.location).not.toContain('evil');
  });

  it('sends whoever is signed in on from the form', async () => {
    const browser = await app.browser('viewer');
    const { response } = await browser.open('/login');

    expect(response.status).toBe(303);
    expect(response.headers.location).toBe('/');
  });

  it('takes ten tries a minute from one address, then says how long to wait', async () => {
    const browser = new Browser(app.http);
    const { page } = await browser.open('/login');
    const form = {
      email: EMAIL,
      password: 'wrong',
      _csrf: page('input[name=_csrf]').attr('value'),
    };
    const statuses: number[] = [];
    for (let tries = 0; tries < 10; tries += 1) {
      statuses.push((await browser.agent.post('/login').type('form').send(form)).status);
    }
    const right = { ...form, password: TEST_PASSWORD };
    const eleventh = await browser.agent.post('/login').type('form').send(right);

    expect(statuses).toEqual(Array<number>(10).fill(422));
    expect(eleventh.status).toBe(429);
    expect(Number(eleventh.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(eleventh.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await browser.open('/login')).response.status).toBe(200);
  });
});

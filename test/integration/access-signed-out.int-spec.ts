import { type CheerioAPI, load } from 'cheerio';
import { IsNull } from 'typeorm';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { Session } from '../../src/access/session.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { entriesOf } from '../support/routes.js';

const TYPED = {
  name: ' "><script>alert(1)</script> ',
  contact: 'fp@example.com\r\nhttps://e.example',
  comments: '',
};

describeOnEachDatabase('a form whose user was signed out meanwhile', (database) => {
  const clock = new FakeClock();
  let app: TestApp;
  let email: string;
  let browser: Browser;
  let old: string;
  let generateSync: (options: { secret: string; epoch: number }) => string;

  beforeAll(async () => {
    ({ generateSync } = await import('otplib'));
    app = await TestApp.start({ env: database().env, clock });
  });
  beforeEach(async () => {
    email = `ada-${Math.random().toString(36).slice(2)}@example.com`;
    await app.nest.get(UserService).create({ email, password: TEST_PASSWORD, role: 'admin' });
    browser = new Browser(app.http);
    await signIn();
    old = await token('/vendor/new');
    await app.forgetTries();
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = <T extends object>(entity: new () => T) =>
    app.nest.get(UnitOfWork).repository(entity);
  const token = async (path: string) => tokenOf((await browser.open(path)).page);
  const signIn = (as = email) => browser.submit('/login', { email: as, password: TEST_PASSWORD });
  const signOut = () => browser.submit('/vendor', {}, '/logout');
  const post = async (path: string, fields: Record<string, string>) => {
    const response = await browser.agent.post(path).type('form').send(fields);
    return { response, page: load(response.text) };
  };
  const vendorsNamed = (name: string) => rows(Vendor).countBy({ name });

  it('gets it back as it was filled in, once signed in, and nothing is done before it is sent', async () => {
    await signOut();
    const { response, page } = await post('/vendor/new', { ...TYPED, _csrf: old });

    expect(response.status).toBe(401);
    expect(page('h1').text()).toBe('You were signed out');
    expect(page('[role=alert]').text()).toContain('nothing was saved');
    expect(response.text).not.toContain('<script>alert');
    const again = await post('/login', { ...sent(page, '/login'), email, password: 'wrong' });
    expect(again.response.status).toBe(422);
    const signedIn = await post('/login', {
      ...sent(again.page, '/login'),
      email,
      password: TEST_PASSWORD,
    });
    expect(signedIn.response.status).toBe(200);
    expect(signedIn.page('h1').text()).toBe(`You are signed in as ${email}`);

    const shown = await post('/vendor/new', sent(signedIn.page, '/vendor/new'));
    expect(shown.response.status).toBe(422);
    expect(shown.page('[role=alert]').text()).toContain(`before you signed in as ${email}`);
    expect(shown.page('[name=name]').val()).toBe(TYPED.name);
    expect(String(shown.page('[name=contact]').val())).toMatch(/^fp@example\.com\r?\nhttps:/);
    expect(await rows(Vendor).countBy({ contact: TYPED.contact })).toBe(0);

    const name = `Mended ${email}`;
    const saved = await post('/vendor/new', { ...sent(shown.page, '/vendor/new'), name });
    expect(saved.response.status).toBe(303);
    expect(await vendorsNamed(name)).toBe(1);
  });

  it('is the same over a second factor, wrong codes and all', async () => {
    const begun = '/profile/second-factor';
    await browser.submit(begun, { presentPassword: TEST_PASSWORD });
    const secret = (await browser.open(begun)).page('main code').text().replaceAll(' ', '');
    const code = () => generateSync({ secret, epoch: Math.floor(clock.now().getTime() / 1000) });
    await browser.submit(begun, { code: code() }, `${begun}/confirm`);
    await clock.skip(60_000);
    await signOut();

    const { page } = await post('/vendor/new', { ...TYPED, _csrf: old });
    const first = await post('/login', { ...sent(page, '/login'), email, password: TEST_PASSWORD });
    expect(first.page('h1').text()).toBe('Sign in: the code');
    const wrong = await post('/login/code', { ...sent(first.page, '/login/code'), code: '1' });
    expect(wrong.response.status).toBe(422);
    const right = await post('/login/code', { ...sent(wrong.page, '/login/code'), code: code() });
    const shown = await post('/vendor/new', sent(right.page, '/vendor/new'));
    expect(shown.page('[name=name]').val()).toBe(TYPED.name);

    await signOut();
    await clock.skip(60_000);
    const second = await post('/vendor/new', { ...TYPED, _csrf: old });
    let asked = await post('/login', {
      ...sent(second.page, '/login'),
      email,
      password: TEST_PASSWORD,
    });
    for (let tries = 0; tries < 5; tries += 1) {
      await app.forgetTries();
      asked = await post('/login/code', { ...sent(asked.page, '/login/code'), code: '1' });
    }
    expect(asked.page('h1').text()).toBe('You were signed out');
    expect(sent(asked.page, '/vendor/new').name).toBe(TYPED.name);
  });

  it('keeps it while a second factor has to be set up first, secrets apart', async () => {
    const path = '/profile/second-factor';
    const everybody = (required: boolean) =>
      browser.submit('/config/users', { required: `${required}` }, '/config/users/second-factor');
    await everybody(true);
    try {
      const { response, page } = await post('/vendor/new', { ...TYPED, _csrf: old });
      expect(response.status).toBe(403);
      expect(page(`main a[href="${path}"]`).attr('target')).toBe('_blank');
      const fields = sent(page, '/vendor/new');
      expect(await rows(Vendor).countBy({ contact: TYPED.contact })).toBe(0);
      // A button is no form that could be shown again.
      const pressed = await post('/vendor/1/contact', { contact: 'x', state: 'verified' });
      expect([pressed.response.status, pressed.response.headers.location]).toEqual([303, path]);
      expect((await browser.open('/vendor/new')).response.headers.location).toBe(path);

      await browser.submit(path, { presentPassword: TEST_PASSWORD });
      const secret = (await browser.open(path)).page('main code').text().replaceAll(' ', '');
      const code = generateSync({ secret, epoch: Math.floor(clock.now().getTime() / 1000) });
      await browser.submit(path, { code }, `${path}/confirm`);
      const shown = await post('/vendor/new', fields);
      expect(shown.response.status).toBe(422);
      expect(shown.page('[name=name]').val()).toBe(TYPED.name);
      expect(await rows(Vendor).countBy({ contact: TYPED.contact })).toBe(0);
    } finally {
      await everybody(false);
    }
  });

  it('gets it back after signing in in another tab, whichever way', async () => {
    await signOut();
    const { page } = await post('/vendor/new', { ...TYPED, _csrf: old });
    const fields = sent(page, '/vendor/new');
    const tooEarly = await post('/vendor/new', fields);
    expect([tooEarly.response.status, sent(tooEarly.page, '/vendor/new')]).toEqual([401, fields]);

    await signIn();
    expect((await post('/vendor/new', fields)).page('[name=name]').val()).toBe(TYPED.name);
  });

  it('is shown it again, never a bare refusal, when another tab signed in anew', async () => {
    await signOut();
    await signIn();
    for (const _csrf of [old, '', 'x']) {
      const { response, page } = await post('/vendor/new', { ...TYPED, _csrf });
      expect([_csrf, response.status, page('[name=name]').val()]).toEqual([_csrf, 422, TYPED.name]);
    }
    expect(await rows(Vendor).countBy({ contact: TYPED.contact })).toBe(0);
  });

  it('has no more rights than whoever signed in meanwhile', async () => {
    await signOut();
    const viewer = `viewer-${email}`;
    const made = { email: viewer, password: TEST_PASSWORD, role: 'viewer' } as const;
    await app.nest.get(UserService).create(made);
    const { page } = await post('/vendor/new', { ...TYPED, _csrf: old });
    const login = { ...sent(page, '/login'), email: viewer, password: TEST_PASSWORD };
    const signedIn = await post('/login', login);
    const refused = await post('/vendor/new', sent(signedIn.page, '/vendor/new'));

    expect(refused.response.status).toBe(403);
    expect(await rows(Vendor).countBy({ contact: TYPED.contact })).toBe(0);
  });

  it('is given no secret back, and nothing is kept for strangers', async () => {
    await signOut();
    const key = 'f'.repeat(64);
    const settings = { apiKey: key, requestsPerDay: '77', _csrf: old };
    const { response, page } = await post('/config/integrations/virustotal', settings);
    const passwords = { presentPassword: 'hush hush', password: 'hush hush hush', _csrf: old };
    const nothing = await post('/profile/password', passwords);

    expect(response.text).not.toContain(key);
    expect(sent(page, '/config/integrations/virustotal')).toEqual({ requestsPerDay: '77' });
    expect([nothing.response.status, nothing.response.headers.location]).toEqual([303, '/login']);
    expect((await browser.open('/login')).page('main').text()).toContain('You were signed out');
    await post('/vendor/new', { ...TYPED, name: 'Kept nowhere', _csrf: old });
    const kept = JSON.stringify(await rows(Session).find());
    expect(kept).not.toContain('Kept nowhere');
    expect(kept).not.toContain('hush');
  });

  it('gets what was pasted beside a file, and chooses the file again', async () => {
    const upload = () =>
      browser.agent
        .post('/platforms/paste')
        .field('_csrf', old)
        .field('urls', 'https://pasted.example.org/')
        .attach('file', Buffer.from('name\nESET\n'), 'x.csv');
    await signOut();
    const held = load((await upload()).text);
    expect(sent(held, '/platforms/paste')).toEqual({ urls: 'https://pasted.example.org/' });
    expect(held('form[action="/platforms/paste"]').attr('enctype')).toBe('multipart/form-data');

    await signIn();
    const shown = await upload();
    expect(shown.status).toBe(422);
    expect(load(shown.text)('[name=urls]').val()).toBe('https://pasted.example.org/');
  });

  it('signs in in another tab when the text is too long to go along', async () => {
    await signOut();
    const comments = '語'.repeat(9000);
    const { response, page } = await post('/vendor/new', { ...TYPED, comments, _csrf: old });

    expect(response.status).toBe(401);
    expect(page('form[action="/login"]')).toHaveLength(0);
    expect(page('a[target=_blank][href="/login"]')).toHaveLength(1);
    expect(sent(page, '/vendor/new').comments).toBe(comments);
  });

  it('comes back to the page of a button, with word that nothing was done', async () => {
    const here = `/platforms/${(await aPlatform(app)).id}`;
    await signOut();
    const host = 'oju.example';
    const pressed = await browser.agent
      .post(`${here}/scans`)
      .set({ Host: host, Referer: `http://${host}${here}`, Origin: `http://${host}` })
      .type('form')
      .send({ _csrf: old });
    expect([pressed.status, pressed.headers.location]).toEqual([303, '/login']);
    const { page } = await browser.open('/login');
    expect(page('main').text()).toContain('nothing was changed');

    const signedIn = await post('/login', {
      ...sent(page, '/login'),
      email,
      password: TEST_PASSWORD,
    });
    expect(signedIn.response.headers.location).toBe(here);
  });

  it('may press the button that signs out as often as one likes', async () => {
    await signOut();
    const twice = await post('/logout', { _csrf: old });
    expect([twice.response.status, twice.response.headers.location]).toEqual([303, '/login']);
  });

  it('is refused, and shown no form, when it comes from another site', async () => {
    await signOut();
    const forged = () =>
      browser.agent
        .post('/vendor/new')
        .set('Sec-Fetch-Site', 'cross-site')
        .type('form')
        .send({ ...TYPED, _csrf: old });
    const first = await forged();
    expect([first.status, first.text.includes('name="_held"')]).toEqual([403, false]);
    await signIn();
    const second = await forged();
    expect([second.status, second.text.includes('name="contact"')]).toEqual([403, false]);
  });

  it('is not led elsewhere by what the sign-in form carries', async () => {
    await signOut();
    const fields = [{ name: 'name', value: 'x' }];
    for (const action of ['https://evil.example/', '//evil.example/', 'javascript:alert(1)']) {
      const { page } = await browser.open('/login');
      const _held = JSON.stringify({ action, isUpload: false, fields });
      const login = { ...sent(page, '/login'), email, password: TEST_PASSWORD, _held };
      const { response } = await post('/login', login);
      expect([action, response.status, response.headers.location]).toEqual([action, 303, '/']);
      await signOut();
    }
  });

  it('does nothing on any route without the token of its session', async () => {
    const { id } = await aPlatform(app);
    await aVendor(app);
    const before = await counts();
    const wrong: unknown[] = [];
    for (const { route, right, method, address } of entriesOf(app.nest, String(id))) {
      if (method !== 'POST' || right.kind === 'api' || right.kind === 'either') continue;
      await app.forgetTries();
      const { response, page } = await post(address, { name: 'x', text: 'x', _csrf: old.slice(1) });
      const isForm = right.isForm === true;
      const isTold = page('[role=alert]').text().includes(`before you signed in as ${email}`);
      const isRefused = response.status === 403 && page('main').text().includes('Nothing was');
      // What it is about may not be there, which is told first.
      const isMissing = response.status === 404;
      const isRight = isForm ? (response.status === 422 && isTold) || isMissing : isRefused;
      if (!isRight) wrong.push([route, response.status, page('main').text().slice(0, 200)]);
    }
    expect(wrong).toEqual([]);
    expect(await counts()).toEqual(before);
  });

  const counts = async () => ({
    audit: await rows(AuditEntry).count(),
    vendors: await rows(Vendor).count(),
    platforms: await rows(Platform).countBy({ archivedAt: IsNull() }),
  });
});

function tokenOf(page: CheerioAPI): string {
  return page('input[name=_csrf]').first().attr('value') ?? '';
}

/** What the form to that address would send as it stands. */
function sent(page: CheerioAPI, action: string): Record<string, string> {
  const form = page(`form[action="${action}"]`).last();
  return Object.fromEntries(
    form
      .find('input, textarea')
      .toArray()
      .map((field) => [page(field).attr('name') ?? '', String(page(field).val() ?? '')]),
  );
}

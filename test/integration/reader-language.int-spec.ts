import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { ResetRequests } from '../../src/access/reset-requests.service.js';
import { User } from '../../src/access/user.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';

const FRENCH = 'fr-CH, fr;q=0.9, en;q=0.8';
/** One and a half hours before midnight in winter: the next day in Paris. */
const AT = new Date('2026-11-24T23:30:15.123Z');
let turn = 0;

describeOnEachDatabase('the reader’s language and time', (database) => {
  let app: TestApp;
  let mail: MailServer;
  let email: string;

  beforeAll(async () => {
    mail = await startMailServer();
    app = await TestApp.start({
      env: {
        ...database().env,
        SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
        MAIL_FROM: 'oju@example.org',
      },
      random: { next: () => 0 },
    });
  });
  beforeEach(async () => {
    email = `ada${(turn += 1)}@example.com`;
    await app.nest.get(UserService).create({ email, password: TEST_PASSWORD, role: 'admin' });
  });
  afterAll(async () => {
    await app.stop();
    await mail.close();
  });

  const users = () => app.nest.get(UnitOfWork).repository(User);
  const choose = (chosen: Partial<User>) =>
    app.nest.get(UnitOfWork).run(() => users().update({ email }, chosen));
  const visitor = (accepted?: string) => {
    const browser = new Browser(app.http);
    if (accepted !== undefined) browser.agent.set('Accept-Language', accepted);
    return browser;
  };
  const signIn = async (accepted?: string) => {
    const browser = visitor(accepted);
    await browser.submit('/login', { email, password: TEST_PASSWORD });
    return browser;
  };

  it.each([
    [FRENCH, 'fr', 'Connexion'],
    ['de, fr;q=0.5', 'fr', 'Connexion'],
    ['en-GB, fr;q=0.9', 'en', 'Sign in'],
    ['de', 'en', 'Sign in'],
    ['*', 'en', 'Sign in'],
    ['x'.repeat(60), 'en', 'Sign in'],
    [undefined, 'en', 'Sign in'],
  ])('is what the browser asks for: %s', async (accepted, lang, title) => {
    const { response, page } = await visitor(accepted).open('/login');
    expect(page('html').attr('lang')).toBe(lang);
    expect(page('h1').text()).toBe(title);
    expect(response.headers.vary).toContain('Accept-Language');
  });

  it('is that of pages of errors, those of no form read and of no page found', async () => {
    const browser = await signIn(FRENCH);
    const { page } = await browser.open('/nowhere');
    expect(page('html').attr('lang')).toBe('fr');
    expect(page('h1').text()).toBe('Introuvable');

    const tooLarge = await visitor(FRENCH)
      .agent.post('/login')
      .type('form')
      .send({ email: 'x'.repeat(200_000) });
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.text).toContain('<html lang="fr">');
    expect(tooLarge.headers.vary).toContain('Accept-Language');
  });

  it('is that of a form’s messages, and of what a page says of what was done', async () => {
    const browser = await signIn(FRENCH);
    const bad = await browser.submit('/vendor', { name: '', contact: '', comments: '' });
    expect(bad.response.status).toBe(422);
    expect(bad.page('#error-name').text()).toBe('Nom\u00a0: de 1 à 255 caractères.');

    await browser.submit('/vendor', { name: `Zoé ${turn}`, contact: '', comments: '' });
    const { page } = await browser.open('/vendor');
    expect(page('.alert').text()).toContain(
      `« Zoé ${turn} » a été ajouté`.replace(/« | »/g, (m) => m.replace(' ', '\u00a0')),
    );
  });

  it('is the one of the profile, whatever the browser asks for', async () => {
    const browser = await signIn('en');
    const { response } = await browser.submit('/profile', { language: 'fr', timeZone: '' });
    expect(response.headers.location).toBe('/profile');
    const { page } = await browser.open('/profile');
    expect(page('html').attr('lang')).toBe('fr');
    expect(page('[role=status]').text()).toContain('La langue et le fuseau horaire');
    expect(page('#field-language option[selected]').attr('value')).toBe('fr');
    expect((await browser.open('/platforms')).page('h1').text()).toBe('Plateformes');

    await browser.submit('/profile', { language: 'en', timeZone: '' });
    browser.agent.set('Accept-Language', FRENCH);
    expect((await browser.open('/platforms')).page('h1').text()).toBe('Platforms');
    await browser.submit('/profile', { language: '', timeZone: '' });
    expect((await browser.open('/platforms')).page('h1').text()).toBe('Plateformes');
    const told = await app.nest.get(UnitOfWork).repository(AuditEntry).findBy({
      action: 'user.reader_changed',
      subjectLabel: email,
    });
    expect(told.map(({ valuesAfter }) => valuesAfter)).toEqual([
      '{"language":"fr"}',
      '{"language":"en"}',
      '{"language":null}',
    ]);
  });

  it('takes none that there is not', async () => {
    const browser = await signIn();
    const { response, page } = await browser.submit('/profile', {
      language: 'de',
      timeZone: 'Europe/Atlantis',
    });
    expect(response.status).toBe(422);
    expect(page('#error-language').text()).toContain('takes one of en, fr');
    expect(page('#error-timeZone').text()).toContain('such as Europe/Paris');
    expect(page('#field-language, #field-timeZone').toArray()).toHaveLength(2);
    expect(page('[aria-invalid=true]')).toHaveLength(2);
    expect(await users().findOneByOrFail({ email })).toMatchObject({
      language: null,
      timeZone: null,
    });
  });

  it.each([
    ['en', null, '2026-11-24 23:30 UTC'],
    ['en', 'Europe/Paris', '2026-11-25 00:30 UTC+1'],
    ['fr', 'Europe/Paris', '25/11/2026 00:30 UTC+1'],
    ['fr', 'Asia/Kolkata', '25/11/2026 05:00 UTC+5:30'],
    // As a later release of the time zones might have it.
    ['fr', 'Europe/Atlantis', '24/11/2026 23:30 UTC'],
  ] as const)('shows times in %s and %s as %s', async (language, timeZone, text) => {
    await choose({ language, timeZone, createdAt: AT });
    const browser = await signIn();
    const { id } = await users().findOneByOrFail({ email });
    const { page } = await browser.open(`/config/users/${id}`);
    const time = page('time').first();
    expect(time.text().replace('\u00a0', ' ')).toBe(text);
    expect(time.attr('datetime')).toBe(AT.toISOString());
    expect(time.attr('title')).toBe('2026-11-24 23:30:15.123 UTC');
  });

  it('is not that of the JSON API, which stays English and in UTC', async () => {
    const api = await app.api('read');
    const missing = await api.get('/vendors/999999').set('Accept-Language', FRENCH);
    expect(missing.body).toMatchObject({ title: 'Not found', status: 404 });
    expect(missing.headers.vary ?? '').not.toContain('Accept-Language');
    const bad = await api.get('/vendors?limit=0').set('Accept-Language', FRENCH);
    expect(bad.body.errors[0].message).toBe('takes a whole number from 1 to 200');
  });

  it('is that of a mail to somebody who chose one, and else English', async () => {
    const mailed = async () => {
      await visitor(FRENCH).submit('/reset', { email });
      await app.nest.get(ResetRequests).onModuleDestroy();
      return (await mail.next()).parsed;
    };
    expect((await mailed()).subject).toBe('A new password for Oju');
    email = `ada${(turn += 1)}@example.com`;
    await app.nest.get(UserService).create({ email, password: TEST_PASSWORD, role: 'viewer' });
    await choose({ language: 'fr' });
    const { subject, text } = await mailed();
    expect(subject).toBe('Un nouveau mot de passe pour Oju');
    expect(text).toContain('Définissez-le ici.');
  });
});

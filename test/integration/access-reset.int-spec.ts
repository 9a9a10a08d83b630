import { Logger } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { OneTimeLink } from '../../src/access/one-time-link.entity.js';
import { LINK_LIFE_MS } from '../../src/access/one-time-link.service.js';
import { PasswordResets } from '../../src/access/password-reset.service.js';
import { ResetRequests } from '../../src/access/reset-requests.service.js';
import { SignInLimit } from '../../src/access/sign-in-limit.js';
import { UserAdmin } from '../../src/access/user-admin.service.js';
import { User } from '../../src/access/user.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Mailer } from '../../src/outgoing/mailer.service.js';
import { OutgoingError } from '../../src/outgoing/outgoing.error.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';

const NEW_PASSWORD = 'an entirely new one';
const HOME = '203.0.113.7';
const PAUSE_MS = 5 * 60_000;
const CHANCE = 0.25;
let turn = 0;

describeOnEachDatabase('a forgotten password', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let mail: MailServer;
  let email: string;

  beforeAll(async () => {
    mail = await startMailServer();
  });
  beforeEach(async () => {
    clock = new FakeClock();
    const env = {
      ...database().env,
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      MAIL_FROM: 'oju@example.org',
      TRUST_PROXY: '1',
    };
    app = await TestApp.start({ env, clock, random: { next: () => CHANCE } });
    email = `ada${(turn += 1)}@example.com`;
    await app.nest.get(UserService).create({ email, password: TEST_PASSWORD, role: 'viewer' });
  });
  afterEach(async () => {
    await app.stop();
  });
  afterAll(async () => {
    await mail.close();
  });

  const links = () => app.nest.get(UnitOfWork).repository(OneTimeLink);
  const ask = (address: string) => new Browser(app.http).submit('/reset', { email: address });
  const sent = () => app.nest.get(ResetRequests).onModuleDestroy();
  const pathIn = (text: string) =>
    /http:\/\/127\.0\.0\.1:3000(\/reset\/[\w-]{43})\s/.exec(text)![1]!;
  const signIn = async (password: string) =>
    (await new Browser(app.http).submit('/login', { email, password })).response.status;

  it('is set anew through a mailed link, once; all sessions end', async () => {
    const before = new Browser(app.http);
    await before.submit('/login', { email, password: TEST_PASSWORD });
    expect((await ask(email.toUpperCase())).response.headers.location).toBe('/login');
    await sent();
    const { recipients, parsed } = await mail.next();
    const path = pathIn(parsed.text!);
    expect(recipients).toEqual([email]);
    expect(JSON.stringify(await links().find())).not.toContain(path.split('/').at(-1));

    const browser = new Browser(app.http);
    browser.agent.set('X-Forwarded-For', HOME);
    expect((await browser.open(path)).page('main').text()).toContain(email);
    expect((await browser.submit(path, { password: 'Password1234' })).response.status).toBe(422);
    const { response } = await browser.submit(path, { password: NEW_PASSWORD });
    expect(response.headers.location).toBe('/login');
    expect(await app.nest.get(SignInLimit).isKnown({ ip: HOME }, email)).toBe(true);
    expect(await signIn(TEST_PASSWORD)).toBe(422);
    expect(await signIn(NEW_PASSWORD)).toBe(303);
    expect((await before.agent.get('/vendor')).headers.location).toBe('/login');
    expect((await browser.open(path)).response.status).toBe(404);
  });

  it('is asked for with the same answer and the same work before it, whoever there is', async () => {
    const inactive = await app.nest
      .get(UserService)
      .create({ email: `off${turn}@example.com`, password: TEST_PASSWORD, role: 'viewer' });
    await app.nest.get(UserAdmin).deactivate(inactive.id);
    const lookUp = jest.spyOn(app.nest.get(UserService), 'findByEmail');
    const answers: string[] = [];
    for (const address of [email, inactive.email, 'nobody@example.com']) {
      const before = mail.mails.length;
      const browser = new Browser(app.http);
      const { response } = await browser.submit('/reset', { email: address });
      const { page } = await browser.open('/login');
      const text = page('main').text().replaceAll(address, 'X').replaceAll(/\s+/g, ' ');
      answers.push(`${response.status} ${response.headers.location} ${text}`);
      await sent();
      expect(mail.mails.length - before).toBe(address === email ? 1 : 0);
    }
    expect(lookUp).toHaveBeenCalledTimes(3);
    expect(new Set(answers).size).toBe(1);
    await mail.next();
  });

  it('is mailed at most once in five minutes', async () => {
    const before = mail.mails.length;
    await ask(email);
    await sent();
    await ask(email);
    await sent();
    expect(mail.mails.length).toBe(before + 1);
    await clock.skip(PAUSE_MS);
    await ask(email);
    await sent();
    expect(mail.mails.length).toBe(before + 2);
    const [older, newer] = [await mail.next(), await mail.next()];
    const open = async (text: string) => (await new Browser(app.http).open(pathIn(text))).response;
    expect((await open(older.parsed.text!)).status).toBe(200);
    expect((await open(newer.parsed.text!)).status).toBe(200);
    await clock.skip(LINK_LIFE_MS.reset);
    expect((await open(newer.parsed.text!)).status).toBe(404);
  });

  it('voids no link that an admin made, however often it is asked for', async () => {
    const user = await app.nest.get(UnitOfWork).repository(User).findOneByOrFail({ email });
    const byAdmin = await app.nest.get(PasswordResets).make(user, 'user.reset_link_made');
    for (let times = 0; times < 4; times += 1) {
      await clock.skip(PAUSE_MS);
      await ask(email);
      await sent();
    }
    const mailed = [];
    for (let times = 0; times < 4; times += 1) {
      mailed.push(pathIn((await mail.next()).parsed.text!));
    }
    const statusOf = async (path: string) =>
      (await new Browser(app.http).open(path)).response.status;
    expect(await statusOf(new URL(byAdmin).pathname)).toBe(200);
    expect(await Promise.all(mailed.map(statusOf))).toEqual([404, 404, 200, 200]);
    expect(await links().countBy({ email })).toBe(3);
  });

  it('can be asked for again, whoever asked from everywhere else', async () => {
    const browser = new Browser(app.http);
    const csrf = (await browser.open('/reset')).page('input[name=_csrf]').attr('value') ?? '';
    const asked = await Promise.all(
      Array.from({ length: 35 }, (_, n) =>
        browser.agent
          .post('/reset')
          .set('X-Forwarded-For', `198.51.100.${n}`)
          .type('form')
          .send({ email: 'nobody@example.com', _csrf: csrf }),
      ),
    );
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([303]));
  });

  it('is looked into when its answer has gone, and a moment that nobody knows later', async () => {
    const order: string[] = [];
    const service = app.nest.get(UserService);
    const find = service.findByEmail.bind(service);
    jest.spyOn(service, 'findByEmail').mockImplementation((address) => {
      order.push('looked');
      return find(address);
    });
    app.http.on('request', (_request: unknown, response: ServerResponse) => {
      response.once('finish', () => order.push('answered'));
    });
    const sleep = jest.spyOn(clock, 'sleep');
    await ask('x@example.com');
    await sent();
    expect(order).toEqual(['answered', 'answered', 'looked']);
    expect(sleep.mock.calls.map(([ms]) => ms)).toEqual([CHANCE * 1000]);
  });

  it('says in the log in plain words why a mail was not sent', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const refused = new OutgoingError('connectionRefused', { host: 'mail.example.org' });
    jest.spyOn(app.nest.get(Mailer), 'send').mockRejectedValueOnce(refused);
    await ask(email);
    await sent();
    const lines = error.mock.calls.map(([line]) => String(line));
    error.mockRestore();
    expect(lines).toEqual([
      'A link to reset a password could not be mailed: mail.example.org refuses connections.',
    ]);
  });

  it('is not mailed to what is no address', async () => {
    const addresses = [
      '',
      'no address',
      'a@example.com,b@example.com',
      'a@b.example\nBcc: c@d.example',
    ];
    const before = mail.mails.length;
    for (const address of addresses) {
      expect([address, (await ask(address)).response.status]).toEqual([address, 422]);
    }
    await sent();
    expect(mail.mails.length).toBe(before);
  });

  it('is mailed to who is invited as well, and the link is still shown', async () => {
    const admin = await app.browser('admin');
    const guest = `guest${turn}@example.com`;
    const { response, page } = await admin.submit('/config/users', {
      email: guest,
      role: 'viewer',
    });
    const { recipients, parsed } = await mail.next();
    expect(recipients).toEqual([guest]);
    const link = page('.shown-once code').text();
    expect(parsed.text).toContain(link);
    expect(response.text).toContain(`It was mailed to ${guest} as well.`);
  });

  it('writes to who is invited in the language of who invites', async () => {
    const admin = await app.browser('admin');
    admin.agent.set('Accept-Language', 'fr-FR');
    await admin.submit('/config/users', { email: `hote${turn}@example.com`, role: 'viewer' });

    expect((await mail.next()).parsed.subject).toBe('Vous êtes invité dans Oju');
  });
});

describeOnEachDatabase('a forgotten password where no mail is sent', (database) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
  });
  afterAll(async () => {
    await app.stop();
  });

  it('is the business of an admin or of the command, and says so', async () => {
    await app.browser('viewer');
    const browser = new Browser(app.http);
    const { response, page } = await browser.open('/reset');
    expect(response.status).toBe(200);
    expect(page('main').text()).toContain('oju user reset');
    expect(page('main form')).toHaveLength(0);
    const posted = await browser.submit('/login', { email: 'a@example.com' }, '/reset');
    expect(posted.response.status).toBe(404);
  });
});

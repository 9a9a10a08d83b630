import { OneTimeLink } from '../../src/access/one-time-link.entity.js';
import { LINK_LIFE_MS } from '../../src/access/one-time-link.service.js';
import { ResetRequests } from '../../src/access/reset-requests.service.js';
import { UserAdmin } from '../../src/access/user-admin.service.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';

const NEW_PASSWORD = 'an entirely new one';
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
    };
    app = await TestApp.start({ env, clock });
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
    expect((await browser.open(path)).page('main').text()).toContain(email);
    expect((await browser.submit(path, { password: 'Password1234' })).response.status).toBe(422);
    const { response } = await browser.submit(path, { password: NEW_PASSWORD });
    expect(response.headers.location).toBe('/login');
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

  it('answers before it has looked whether there is such a user', async () => {
    let look: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (look = resolve));
    const users = app.nest.get(UserService);
    const findByEmail = users.findByEmail.bind(users);
    jest.spyOn(users, 'findByEmail').mockImplementation(async (address) => {
      await held;
      return findByEmail(address);
    });
    const unitOfWork = app.nest.get(UnitOfWork);
    const requests = app.nest.get(ResetRequests);
    const [begin, transaction] = [requests.begin.bind(requests), unitOfWork.run.bind(unitOfWork)];
    let isBegun = false;
    const begins = jest.spyOn(requests, 'begin').mockImplementation((address) => {
      isBegun = true;
      begin(address);
    });
    // On SQLite writers stand in line, and this one would wait in it.
    const run = jest
      .spyOn(unitOfWork, 'run')
      .mockImplementation(async (work) => (isBegun ? work() : transaction(work)));
    const { response } = await new Browser(app.http).submit('/reset', { email: 'x@example.com' });
    expect(response.status).toBe(303);
    run.mockRestore();
    begins.mockRestore();
    look();
    await sent();
  });

  it('is mailed at most once in five minutes', async () => {
    const before = mail.mails.length;
    await ask(email);
    await sent();
    await ask(email);
    await sent();
    expect(mail.mails.length).toBe(before + 1);
    await clock.skip(5 * 60_000);
    await ask(email);
    await sent();
    expect(mail.mails.length).toBe(before + 2);
    const [older, newer] = [await mail.next(), await mail.next()];
    const open = async (text: string) => (await new Browser(app.http).open(pathIn(text))).response;
    expect((await open(older.parsed.text!)).status).toBe(404);
    expect((await open(newer.parsed.text!)).status).toBe(200);
    await clock.skip(LINK_LIFE_MS.reset);
    expect((await open(newer.parsed.text!)).status).toBe(404);
  });

  it.each(['', 'no address', 'a@example.com,b@example.com', 'a@example.com\nBcc: b@example.com'])(
    'is not mailed to %j',
    async (address) => {
      const before = mail.mails.length;
      expect((await ask(address)).response.status).toBe(422);
      await sent();
      expect(mail.mails.length).toBe(before);
    },
  );

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
    expect(page('form')).toHaveLength(0);
    const posted = await browser.submit('/login', { email: 'a@example.com' }, '/reset');
    expect(posted.response.status).toBe(404);
  });
});

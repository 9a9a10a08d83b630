import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { AuditOutsideUnitOfWorkError, AuditTrail } from '../../src/access/audit-trail.service.js';
import { UserService } from '../../src/access/user.service.js';
import { runCli } from '../../src/cli/run-cli.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { type ApiClient, Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aVendor } from '../support/factories.js';

const API_KEY = 'a1b2c3d4'.repeat(8);

describeOnEachDatabase('the audit trail', (database) => {
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start({ env: { ...database().env, TRUST_PROXY: '1' } });
    api = await app.api('admin');
  });
  afterAll(async () => {
    await app.stop();
  });
  afterEach(() => jest.restoreAllMocks());

  const unitOfWork = () => app.nest.get(UnitOfWork);
  const rows = () =>
    unitOfWork()
      .repository(AuditEntry)
      .find({ order: { id: 'ASC' } });
  const newest = async () => (await rows()).at(-1)!;
  const vendors = () => unitOfWork().repository(Vendor);

  it('tells who did what, when, from where, and what it was before and after', async () => {
    const browser = await app.browser('analyst');
    const { id } = await aVendor(app, { name: 'Sophos', contact: 'old@example.com' });
    await browser.agent.get('/vendor').set('X-Forwarded-For', '203.0.113.9');
    const { page } = await browser.open(`/vendor/${id}/edit`);
    await browser.agent
      .post(`/vendor/${id}/edit`)
      .set('X-Forwarded-For', '198.51.100.1, 203.0.113.9')
      .type('form')
      .send({
        name: 'Sophos',
        contact: 'new@example.com',
        comments: '',
        _csrf: page('input[name=_csrf]').first().attr('value'),
      });

    const entry = await newest();
    expect(entry).toMatchObject({
      actorKind: 'user',
      actorName: expect.stringMatching(/^analyst-/),
      address: '203.0.113.9',
      action: 'vendor.changed',
      subjectKind: 'vendor',
      subjectId: String(id),
      subjectLabel: 'Sophos',
      valuesBefore: '{"contact":"old@example.com"}',
      valuesAfter: '{"contact":"new@example.com"}',
    });
    expect(Math.abs(entry.at.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('knows a token by its name, and the command', async () => {
    await api.post('/vendors', { name: 'By token' });
    expect(await newest()).toMatchObject({
      actorKind: 'token',
      actorName: 'test admin',
      address: '127.0.0.1',
      action: 'vendor.created',
    });

    const io = { out: () => undefined, err: () => undefined, stdin: () => Promise.resolve('') };
    const config = { env: { LOG_LEVEL: 'error', ...database().env } };
    const command = 'user create --email cli@example.com --role viewer';
    expect(await runCli(command.split(' '), { ...io, config })).toBe(0);
    expect(await newest()).toMatchObject({
      actorKind: 'cli',
      actorName: 'cli',
      address: null,
      action: 'user.created',
      subjectLabel: 'cli@example.com',
      valuesAfter: '{"role":"viewer"}',
    });
  });

  it('tells of sign-ins: who got in, who did not, who was stopped, who left', async () => {
    const user = { email: 'signs@example.com', password: TEST_PASSWORD, role: 'viewer' } as const;
    await app.nest.get(UserService).create(user);
    const since = (await newest()).id;
    const browser = new Browser(app.http);
    await browser.submit('/login', { email: user.email, password: 'not the password' });
    await browser.submit('/login', { email: 'correct horse', password: user.email });
    await browser.submit('/login', { email: user.email, password: TEST_PASSWORD });
    await browser.submit('/vendor', {}, '/logout');
    for (let tries = 0; tries < 12; tries += 1) {
      await browser.submit('/login', { email: 'nobody@example.com', password: 'x' });
    }

    const told = (await rows()).filter(({ id }) => id > since);
    const [first, second, third, fourth] = told;
    expect(first).toMatchObject({ action: 'sign_in.failed', actorKind: 'anonymous' });
    expect(first).toMatchObject({ subjectLabel: user.email, actorName: '' });
    // What was typed where the mail address goes may be a password.
    expect(second).toMatchObject({ action: 'sign_in.failed', subjectLabel: null });
    expect(third).toMatchObject({ action: 'sign_in.succeeded', actorName: user.email });
    expect(fourth).toMatchObject({ action: 'session.signed_out', actorName: user.email });
    expect(told.filter(({ action }) => action === 'sign_in.throttled')).toHaveLength(1);
    expect(JSON.stringify(told)).not.toContain(TEST_PASSWORD);
  });

  it('has of the API key its hint alone', async () => {
    await api.put('/integrations/virustotal', { apiKey: API_KEY, scanFrequencyDays: 3 });
    expect(await newest()).toMatchObject({ action: 'integration.changed', actorKind: 'token' });
    expect(JSON.parse((await newest()).valuesAfter!)).toEqual({
      apiKeyHint: 'c3d4',
      scanFrequencyDays: 3,
      keyReplaced: true,
    });
    await aVendor(app, { name: 'Leaky', comments: `the key is ${API_KEY}` });

    const all = JSON.stringify(await rows());
    for (let at = 0; at + 12 <= API_KEY.length; at += 1) {
      expect(all).not.toContain(API_KEY.slice(at, at + 12));
    }
  });

  it('is written in the transaction of what it tells of: both come to be, or neither', async () => {
    const before = (await rows()).length;
    const twice = { name: 'Twice' };
    const change = unitOfWork().run(async () => {
      await app.nest.get(VendorService).create(twice);
      throw new Error('planted');
    });
    await expect(change).rejects.toThrow('planted');
    expect((await rows()).length).toBe(before);
    expect(await vendors().countBy(twice)).toBe(0);

    jest.spyOn(AuditTrail.prototype, 'record').mockRejectedValue(new Error('no trail'));
    await expect(app.nest.get(VendorService).create(twice)).rejects.toThrow('no trail');
    jest.restoreAllMocks();
    expect(await vendors().countBy(twice)).toBe(0);

    await aVendor(app, twice);
    expect((await api.post('/vendors', twice)).status).toBe(409);
    expect((await rows()).length).toBe(before + 1);
  });

  it('refuses to be written outside a unit of work', async () => {
    const lonely = app.nest.get(AuditTrail).record({ action: 'planted.alone' });
    await expect(lonely).rejects.toThrow(AuditOutsideUnitOfWorkError);
  });

  it('keeps what nobody would: other forms of text are made harmless, not refused', async () => {
    await unitOfWork().run(() =>
      app.nest.get(AuditTrail).record({
        action: 'planted.odd',
        subject: { kind: 'vendor', id: 'x'.repeat(500), label: 'a\r\nb\u0000\ud800' },
        after: { circle: Symbol('s').toString(), date: new Date(0), big: 1n, deep: [[[[[1]]]]] },
      }),
    );
    expect(await newest()).toMatchObject({ subjectLabel: 'a  b \ufffd' });
    expect((await newest()).subjectId).toHaveLength(64);
    expect((await api.get('/audit?limit=1')).body.data[0].after).toMatchObject({ big: '1' });
  });
});

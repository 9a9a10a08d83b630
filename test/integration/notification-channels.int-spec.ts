import { Webhook } from 'standardwebhooks';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { IdempotentAnswer } from '../../src/access/idempotent-answer.entity.js';
import { Redactor } from '../../src/config/redactor.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Channel } from '../../src/notification/channel.entity.js';
import { Delivery } from '../../src/notification/outbox/delivery.entity.js';
import { keptSentence } from '../../src/web/kept-sentence.js';
import { Channels } from '../../src/notification/channels.service.js';
import type { WebhookSecret } from '../../src/notification/kinds/webhook/webhook-signature.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';
import { startWebServer, type WebServer } from '../support/web-server.js';

const LIST = '/config/notifications';
const SLACK_URL = 'https://hooks.slack.example/services/T000/B000/very-secret-path-9876';

jest.setTimeout(30_000);

describeOnEachDatabase('notification channels', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let admin: Browser;
  let mail: MailServer;
  let hook: WebServer;
  let status = 200;
  const bodies: { headers: Record<string, string>; body: string }[] = [];

  beforeAll(async () => {
    mail = await startMailServer({
      onRcptTo: (address, _session, done) => {
        const isGone = address.address.startsWith('gone');
        done(isGone ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null);
      },
    });
    hook = await startWebServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        bodies.push({ headers: request.headers as Record<string, string>, body });
        response.writeHead(status).end();
      });
    });
    app = await TestApp.start({
      env: {
        ...database().env,
        SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
        MAIL_FROM: 'oju@example.org',
        OJU_OUTGOING_ALLOW: '127.0.0.1/32',
      },
    });
    api = await app.api();
    admin = await app.browser();
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([mail.close(), hook.close()]);
  });
  beforeEach(() => {
    status = 200;
    bodies.splice(0);
  });

  const row = (id: string) =>
    app.nest
      .get(UnitOfWork)
      .repository(Channel)
      .findOneByOrFail({ id: Number(id) });
  const trail = async () =>
    JSON.stringify(await app.nest.get(UnitOfWork).repository(AuditEntry).find());
  const secretOf = async (id: string) =>
    (await app.nest.get(Channels).open(Number(id)))?.secret as WebhookSecret;
  const made = async (body: object) => (await api.post('/channels', body).expect(201)).body.data;
  const aWebhook = () => made({ kind: 'webhook', name: 'Hook', config: { url: hook.origin } });

  it('are added with defaults, read, changed in part and deleted by JSON', async () => {
    const to = ['ada@example.org'];
    const data = await made({ kind: 'email', name: ' Team ', config: { to } });
    expect(data).toMatchObject({
      kind: 'email',
      name: 'Team',
      active: true,
      mode: 'digest',
      digestMinutes: 60,
      minSeverity: 'low',
      tags: [],
      owners: [],
      eventTypes: [],
      tellOwner: false,
      reminderDays: 7,
      quietFrom: null,
      quietTo: null,
      quietZone: 'UTC',
      config: { to },
      lastDeliveredAt: null,
      lastError: null,
    });
    const path = `/channels/${data.id as string}`;
    const change = {
      mode: 'each',
      minSeverity: 'high',
      tags: ['shop'],
      owners: ['bob@example.org'],
      eventTypes: ['alert.opened'],
      tellOwner: true,
      quietFrom: '22:00',
      quietTo: '07:00',
      quietZone: 'Africa/Algiers',
    };
    expect((await api.patch(path, change).expect(200)).body.data).toMatchObject(change);
    expect((await api.patch(path, { name: 'B' }).expect(200)).body.data).toMatchObject({
      ...change,
      name: 'B',
      config: { to },
    });
    expect((await api.get(path).expect(200)).body.data).toMatchObject({ name: 'B' });
    const { body } = await api.get('/channels').expect(200);
    expect(body.meta.total).toBe(1);
    expect(body.data[0]).toMatchObject({ name: 'B' });

    await api.delete(path).expect(204);
    await api.get(path).expect(404);
    await api.patch(path, { name: 'C' }).expect(404);
    await api.post(`${path}/test`).expect(404);
    await api.delete(path).expect(404);
    expect((await api.get('/channels')).body.data).toEqual([]);
    expect(await app.nest.get(Channels).open(Number(data.id))).toBeNull();
    for (const action of ['channel.created', 'channel.changed', 'channel.deleted']) {
      expect(await trail()).toContain(action);
    }
  });

  it.each<[string, object, string]>([
    ['kind', { kind: 'sms' }, 'takes one of email, webhook, slack'],
    ['name', { name: ' ' }, 'takes 1 to 255'],
    ['mode', { mode: 'daily' }, 'takes digest or each'],
    ['digestMinutes', { digestMinutes: 0 }, 'whole number'],
    ['minSeverity', { minSeverity: 'worst' }, 'critical, high, medium, low'],
    ['tags', { tags: ['a,b'] }, 'tags'],
    ['owners', { owners: ['ada'] }, 'mail addresses'],
    ['eventTypes', { eventTypes: ['alert.gone'] }, 'types of events'],
    ['reminderDays', { reminderDays: 366 }, 'whole number'],
    ['quietFrom', { quietFrom: '25:00', quietTo: '07:00' }, 'time of day'],
    ['quietTo', { quietFrom: '22:00' }, 'beginning and an end'],
    ['quietTo', { quietFrom: '22:00', quietTo: '22:00' }, 'another time'],
    ['quietZone', { quietZone: 'Paris' }, 'time zone'],
    ['config', { config: 'x' }, 'takes an object'],
    ['config.to', { config: { to: ['ada'] } }, 'mail addresses'],
    ['config.to', { config: { to: [] } }, 'at least one'],
    ['config.url', { config: { url: 'https://x.example' } }, 'unknown'],
    ['config.url', { kind: 'slack', config: {} }, 'http or https'],
    ['config.url', { kind: 'webhook', config: { url: 'ftp://x.example' } }, 'http or https'],
    ['config.url', { kind: 'webhook', config: { url: 'https://a:b@x.example/' } }, 'password'],
    [
      'config.url',
      { kind: 'webhook', config: { url: 'http://169.254.169.254/latest' } },
      'OJU_OUTGOING_ALLOW',
    ],
    ['config.url', { kind: 'slack', config: { url: 'http://[::1]/' } }, 'not public'],
    ['config.url', { kind: 'slack', config: { url: 'http://0x7f.2/' } }, 'not public'],
    [
      'config.secret',
      { kind: 'webhook', config: { url: 'https://x.example', secret: 'x' } },
      'whsec_',
    ],
    [
      'tellOwner',
      { kind: 'webhook', tellOwner: true, config: { url: 'https://x.example' } },
      'kind email',
    ],
  ])('are refused with a bad %s: %j', async (field, bad, says) => {
    const good = { kind: 'email', name: 'Good', config: { to: ['ada@example.org'] } };
    const { body } = await api.post('/channels', { ...good, ...bad }).expect(422);
    expect(body.errors).toEqual([{ field, message: expect.stringContaining(says) }]);
  });

  it('may mail to owners of platforms alone, and cannot be tested then', async () => {
    const { id } = await made({ kind: 'email', name: 'Owners', tellOwner: true, config: {} });
    const { body } = await api.post(`/channels/${id}/test`).expect(200);
    expect(body.data).toMatchObject({
      delivered: false,
      reason: expect.stringContaining('nobody'),
    });
    const event = { platform: { tags: [], ownerEmail: 'ada@example.org' } };
    const channels = app.nest.get(Channels);
    expect(channels.recipientsOf(await row(id), event)).toEqual(['ada@example.org']);
    expect(channels.recipientsOf(await row(id), {})).toEqual([]);
    const { body: refused } = await api.patch(`/channels/${id}`, { tellOwner: false }).expect(422);
    expect(refused.errors[0].field).toBe('config.to');
  });

  it('are told of what their rules ask for', async () => {
    const config = { to: ['ada@example.org'] };
    const base = { kind: 'email', config, tags: ['rules'] };
    await made({ ...base, name: 'severe', minSeverity: 'critical' });
    await made({ ...base, name: 'all' });
    await made({ ...base, name: 'opened', eventTypes: ['alert.opened'] });
    await made({ ...base, name: 'inactive', active: false });
    const told = async (type: 'alert.opened' | 'alert.resolved', tag = 'rules') => {
      const platform = { tags: [tag], ownerEmail: null };
      const found = await app.nest.get(Channels).matching({ type, severity: 'high', platform });
      return found.filter(({ tags }) => tags.includes('rules')).map(({ name }) => name);
    };
    expect((await told('alert.opened')).sort()).toEqual(['all', 'opened']);
    expect(await told('alert.resolved')).toEqual(['all']);
    expect(await told('alert.opened', 'other')).toEqual([]);
  });

  it('have a test button that says what went wrong, in plain words', async () => {
    const { id } = await aWebhook();
    const path = `${LIST}/${id as string}`;
    const pressed = async () => {
      await admin.submit(path, {}, `${path}/test`);
      return (await admin.open(path)).page('main .alert[role=status]').text();
    };
    expect(await pressed()).toContain('The test was delivered.');
    new Webhook((await secretOf(id)).current).verify(bodies[0]!.body, bodies[0]!.headers);
    expect(JSON.parse(bodies[0]!.body)).toMatchObject({ type: 'channel.test' });
    status = 500;
    expect(await pressed()).toContain('answered with a server error (500)');
    status = 410;
    const { body } = await api.post(`/channels/${id}/test`).expect(200);
    expect(body.data).toMatchObject({ delivered: false, status: 410 });

    const { id: mailId } = await made({
      kind: 'email',
      name: 'Mail',
      config: { to: ['ada@example.org', 'bob@example.org'] },
    });
    expect((await api.post(`/channels/${mailId}/test`)).body.data).toMatchObject({
      delivered: true,
    });
    const arrived = [await mail.next(), await mail.next()].map(({ to }) => to[0]);
    expect(arrived.sort()).toEqual(['ada@example.org', 'bob@example.org']);
    const to = ['gone@example.org', 'ada@example.org'];
    await api.patch(`/channels/${mailId}`, { config: { to } }).expect(200);
    const { reason } = (await api.post(`/channels/${mailId}/test`)).body.data as { reason: string };
    expect(reason).toMatch(/^gone@example\.org: .*answer 550.* ada@example\.org: delivered\.$/);
    expect((await mail.next()).to).toEqual(['ada@example.org']);
    await api.patch(`/channels/${mailId}`, { config: { to: ['gone@example.org'] } }).expect(200);
    expect((await api.post(`/channels/${mailId}/test`)).body.data).toMatchObject({
      delivered: false,
      status: 550,
      reason: expect.stringContaining('answer 550'),
    });
    expect(await trail()).toContain('channel.tested');
  });

  it('keep a webhook’s secret, show it once, and sign with both for a day', async () => {
    const { id, secret, config } = await aWebhook();
    expect(secret).toMatch(/^whsec_/);
    expect(config).toEqual({ url: hook.origin, formerSecretUntil: null });
    const path = `/channels/${id as string}`;
    expect((await api.get(path)).text).not.toContain('whsec_');
    expect((await api.patch(path, { name: 'Same secret' })).text).not.toContain('whsec_');
    const rotated = await api.patch(path, { config: { rotateSecret: true } }).expect(200);
    expect(rotated.body.data.secret).toMatch(/^whsec_/);
    expect(rotated.body.data.secret).not.toBe(secret);
    expect(rotated.body.data.config.formerSecretUntil).toMatch(/^\d{4}-/);
    await api.post(`${path}/test`).expect(200);
    for (const one of [secret, rotated.body.data.secret as string]) {
      new Webhook(one).verify(bodies[0]!.body, bodies[0]!.headers);
    }
    const own = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
    const given = await api.patch(path, { config: { secret: own } }).expect(200);
    expect(given.text).not.toContain('whsec_');
    expect((await secretOf(id)).current).toBe(own);

    const page = `${LIST}/${id as string}`;
    const { response } = await admin.submit(page, {}, `${page}/secret`);
    const shown = /whsec_[A-Za-z0-9+/=]+/.exec(response.text.replaceAll('&#x3D;', '='))?.[0];
    expect(response.headers['cache-control']).toContain('no-store');
    expect(shown).toBe((await secretOf(id)).current);
    const { response: again, page: after } = await admin.open(page);
    expect(again.text).not.toContain('whsec_');
    expect(after('section[aria-labelledby=secret-title] time')).toHaveLength(1);
    const past = { ...(await row(id)).config, formerSecretUntil: '2000-01-01T00:00:00.000Z' };
    const work = app.nest.get(UnitOfWork);
    await work.run(() => work.repository(Channel).update({ id: Number(id) }, { config: past }));
    const { page: later } = await admin.open(page);
    expect(later('section[aria-labelledby=secret-title] time')).toHaveLength(0);
    expect(await trail()).toContain('channel.secret_changed');
  });

  it('leave no secret in JSON, pages, the trail, kept answers, logs or the database', async () => {
    const { id } = await made({ kind: 'slack', name: 'Chat', config: { url: SLACK_URL } });
    const key = { 'Idempotency-Key': 'made-once' };
    const body = { kind: 'webhook', name: 'Once', config: { url: hook.origin } };
    const first = await api.post('/channels', body).set(key).expect(201);
    const second = await api.post('/channels', body).set(key).expect(201);
    const secret = first.body.data.secret as string;
    expect(second.body.data).toMatchObject({ id: first.body.data.id });

    const page = `${LIST}/${id as string}`;
    const texts = [
      (await api.get('/channels')).text,
      (await api.get(`/channels/${id as string}`)).text,
      (await admin.open(LIST)).response.text,
      (await admin.open(page)).response.text,
      (await admin.submit(page, { name: '', 'config.url': SLACK_URL })).response.text,
      second.text,
      await trail(),
      JSON.stringify(await app.nest.get(UnitOfWork).repository(IdempotentAnswer).find()),
      JSON.stringify(await app.nest.get(UnitOfWork).repository(Channel).find()),
      app.nest.get(Redactor).redact(`posting to ${SLACK_URL} with ${secret}`),
    ];
    const hidden = [SLACK_URL, 'very-secret-path', secret, secret.slice(6)];
    for (const [index, text] of texts.entries()) {
      expect([index, hidden.filter((one) => text.includes(one))]).toEqual([index, []]);
    }
    expect((await api.get(`/channels/${id as string}`)).body.data.config).toEqual({
      host: 'hooks.slack.example',
      urlHint: '9876',
    });
    const stored = await row(id);
    expect(stored.secretCiphertext).toMatch(/^[0-9a-f]{8}:/);
    await api.patch(`/channels/${id as string}`, { name: 'Chat 2' }).expect(200);
    expect((await app.nest.get(Channels).open(Number(id)))?.secret).toEqual({ url: SLACK_URL });
  });

  it('say which of them fails, and why, in the reader’s language', async () => {
    const { id } = await made({ kind: 'email', name: 'Lost', config: { to: ['ada@example.org'] } });
    const now = new Date();
    await app.nest.get(UnitOfWork).run(() =>
      app.nest
        .get(UnitOfWork)
        .repository(Delivery)
        .insert({
          channelId: Number(id),
          recipient: '',
          messageId: 'msg_lost',
          type: 'scan.overdue',
          subject: 'scan:overdue',
          severity: null,
          isUrgent: true,
          isReminder: false,
          state: 'dead',
          nextAttemptAt: now,
          reason: keptSentence('outgoing.error.mailNotConfigured'),
          body: '{"type":"scan.overdue","timestamp":"2026-11-24T08:00:00.000Z","data":{}}',
          createdAt: now,
        }),
    );
    const french = await app.browser('admin');
    french.agent.set('Accept-Language', 'fr');
    const { page } = await french.open(`${LIST}/${id as string}`);
    expect(page('.badge.is-failed').text()).toBe('En échec');
    expect(page('.facts').text()).toContain('Oju n’envoie pas de courriel');
    const { body } = await api.get(`/channels/${id as string}`);
    expect(body.data.lastError).toBe('Oju sends no mail: SMTP_URL and MAIL_FROM are not set.');
    const { page: deliveries } = await french.open(`${LIST}/${id as string}/deliveries`);
    expect(deliveries('tbody a').attr('href')).toBe('/status');
  });

  it('are added, changed and deleted on pages, with what was typed kept', async () => {
    const fields = {
      kind: 'email',
      name: 'By page',
      'config.to': 'ada@example.org, bob@example.org',
      tellOwner: 'true',
      active: 'true',
      mode: 'each',
      digestMinutes: '30',
      reminderDays: '3',
      quietFrom: '22:00',
      quietTo: '',
      quietZone: 'UTC',
      minSeverity: 'medium',
      tags: 'shop, eu',
      owners: '',
      eventTypes: 'alert.opened',
    };
    const form = `${LIST}/new?kind=email`;
    const refused = await admin.submit(form, fields, `${LIST}/new`);
    expect(refused.response.status).toBe(422);
    expect(refused.page('[aria-invalid=true]').attr('name')).toBe('quietTo');
    const complaint = 'akes a time of day too: quiet hours have a beginning and an end';
    expect(refused.page('.alert a').text()).toBe(`Quiet until: t${complaint}`);
    expect(refused.page('#error-quietTo').text()).toBe(`T${complaint}.`);
    expect(refused.page('[name="config.to"]').val()).toBe('ada@example.org, bob@example.org');
    expect(refused.page('#type-alert\\.opened').attr('checked')).toBeDefined();
    const saved = await admin.submit(form, { ...fields, quietTo: '07:00' }, `${LIST}/new`);
    expect(saved.response.status).toBe(303);
    const page = saved.response.headers.location!;
    const { page: shown } = await admin.open(page);
    expect(shown('h1').text()).toContain('By page');
    expect(shown('[name=tags]').val()).toBe('shop, eu');
    expect(shown('[name=mode]').val()).toBe('each');
    const stored = await row(page.split('/').pop()!);
    expect(stored).toMatchObject({
      tellsOwner: true,
      digestMinutes: 30,
      reminderDays: 3,
      quietFrom: '22:00',
      quietTo: '07:00',
      minSeverity: 'medium',
      tags: ['shop', 'eu'],
      eventTypes: ['alert.opened'],
      config: { to: ['ada@example.org', 'bob@example.org'] },
    });
    const changed = await admin.submit(page, {
      ...fields,
      quietTo: '06:00',
      active: 'false',
      eventTypes: '',
    });
    expect(changed.response.status).toBe(303);
    expect((await admin.open(LIST)).page('main').text()).toContain('Not active');
    expect(await row(page.split('/').pop()!)).toMatchObject({ isActive: false, eventTypes: [] });

    const isForAll = ([name]: string[]) => name !== 'config.to' && name !== 'tellOwner';
    const others = Object.fromEntries(Object.entries(fields).filter(isForAll));
    const webhook = { ...others, kind: 'webhook', quietFrom: '' };
    const bad = { ...webhook, 'config.url': 'http://10.0.0.1/hook' };
    const hookForm = `${LIST}/new?kind=webhook`;
    const { page: again } = await admin.submit(hookForm, bad, `${LIST}/new`);
    expect(again('#error-config\\.url').text()).toContain('OJU_OUTGOING_ALLOW');
    expect(again('[name="config.url"]').val()).toBe('http://10.0.0.1/hook');
    const good = { ...webhook, 'config.url': hook.origin };
    const { response: once } = await admin.submit(hookForm, good, `${LIST}/new`);
    expect(once.status).toBe(200);
    expect(once.text).toContain('whsec_');

    const { page: ask } = await admin.open(`${page}/delete`);
    expect(ask('form button').text()).toContain('Delete');
    const gone = await admin.submit(`${page}/delete`, {});
    expect(gone.response.headers.location).toBe(LIST);
    expect((await admin.open(page)).response.status).toBe(404);
  });
});

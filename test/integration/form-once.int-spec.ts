import { Logger } from '@nestjs/common';
import { type CheerioAPI, load } from 'cheerio';
import { ApiToken } from '../../src/access/api-token.entity.js';
import { OneTimeLink } from '../../src/access/one-time-link.entity.js';
import { AlertEvent } from '../../src/alert/alert-event.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Channel } from '../../src/notification/channel.entity.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { AlertScenario } from '../support/alert-scenario.js';
import type { Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { startWithIdleEngine } from '../support/scan-drive.js';

const HOUR_MS = 3_600_000;

describeOnEachDatabase('a form that is sent twice', (database) => {
  const clock = new FakeClock('2026-11-24T08:00:00.000Z');
  let app: TestApp;
  let admin: Browser;

  beforeAll(async () => {
    app = await startWithIdleEngine(database(), { clock });
    await app.nest.listen(0, '127.0.0.1');
    admin = await app.browser('admin');
    const { id } = await aPlatform(app);
    await new AlertScenario(app).scan(id, { ESET: 'malicious' });
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = <T extends object>(entity: new () => T) =>
    app.nest.get(UnitOfWork).repository(entity);
  const send = (action: string, fields: Record<string, string>, browser = admin) =>
    browser.agent.post(action).type('form').send(fields);
  /** What the form of a page would send, with what is typed. */
  const filledIn = async (path: string, action: string, typed: Record<string, string>) => {
    const { page } = await admin.open(path);
    return { ...fieldsOf(page, action), ...typed };
  };

  it.each<[string, string, string, Record<string, string>, new () => object]>([
    ['a vendor', '/vendor', '/vendor', { name: 'Twice' }, Vendor],
    [
      'a platform',
      '/platforms/new',
      '/platforms/new',
      { name: 'Twice', url: 'https://twice.example.org/' },
      Platform,
    ],
    ['a comment', '/alerts/1', '/alerts/1/comments', { text: 'twice' }, AlertEvent],
    ['a token', '/config/tokens', '/config/tokens', { name: 'twice' }, ApiToken],
    [
      'a channel',
      '/config/notifications/new?kind=email',
      '/config/notifications/new',
      { name: 'twice', 'config.to': 'ada@example.org' },
      Channel,
    ],
    ['a scan of one platform', '/platforms/1', '/platforms/1/scans', {}, Scan],
    ['a scan over all', '/scans', '/scans', {}, Scan],
  ])(
    'makes %s once, whether at the same moment or later',
    async (_, path, action, typed, entity) => {
      const before = await rows(entity).count();
      const fields = await filledIn(path, action, typed);
      expect(fields._once).toMatch(/^[0-9a-f]{24}$/);
      const answers = await Promise.all([send(action, fields), send(action, fields)]);
      const [first] = answers;

      expect(answers.map(({ status }) => status)).toEqual([303, 303]);
      expect(answers[1].headers.location).toBe(first.headers.location);
      expect(await rows(entity).count()).toBe(before + 1);
      await admin.open('/vendor');

      const again = await send(action, fields);
      expect([again.status, again.headers.location]).toEqual([303, first.headers.location]);
      expect(await rows(entity).count()).toBe(before + 1);
      expect((await admin.open('/vendor')).page('main').text()).toContain('had been sent before');
    },
  );

  it('makes a channel once that shows its secret, which is shown this once', async () => {
    const path = '/config/notifications/new?kind=webhook';
    const typed = { name: 'hook', 'config.url': 'https://hooks.example.org/oju' };
    const fields = await filledIn(path, '/config/notifications/new', typed);
    const before = await rows(Channel).count();
    const first = await send('/config/notifications/new', fields);
    const again = await send('/config/notifications/new', fields);
    const { id } = await rows(Channel).findOneByOrFail({ name: 'hook' });

    expect(first.status).toBe(200);
    expect([again.status, again.headers.location]).toEqual([303, `/config/notifications/${id}`]);
    expect(await rows(Channel).count()).toBe(before + 1);
    expect((await admin.open(`/config/notifications/${id}`)).page('main').text()).toContain(
      'had been sent before',
    );
  });

  it('invites somebody once: the link that is shown last is the one that is good', async () => {
    const fields = await filledIn('/config/users', '/config/users', { email: 'once@example.com' });
    await Promise.all([send('/config/users', fields), send('/config/users', fields)]);

    expect(await rows(OneTimeLink).countBy({ email: 'once@example.com' })).toBe(1);
  });

  it('is another form when something else is typed into it', async () => {
    const fields = await filledIn('/vendor', '/vendor', {});
    const answers = [
      await send('/vendor', { ...fields, name: 'One' }),
      await send('/vendor', { ...fields, name: 'Other' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await rows(Vendor).countBy([{ name: 'One' }, { name: 'Other' }])).toBe(2);
  });

  it('may be sent again after it was refused, or failed', async () => {
    const fields = await filledIn('/vendor', '/vendor', { name: 'Later' });
    const other = await app.nest.get(VendorService).create({ name: 'Later' });
    expect((await send('/vendor', fields)).status).toBe(422);
    await app.nest.get(VendorService).delete(other.id);
    const create = jest
      .spyOn(app.nest.get(VendorService), 'create')
      .mockRejectedValueOnce(new Error('planted'));
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    expect((await send('/vendor', fields)).status).toBe(500);
    create.mockRestore();
    log.mockRestore();

    expect((await send('/vendor', fields)).status).toBe(303);
    expect(await rows(Vendor).countBy({ name: 'Later' })).toBe(1);
  });

  it('is known for an hour, to its own user alone, and by a key of a page of ours', async () => {
    const text = 'as often as it is sent';
    const counted = () => rows(AlertEvent).countBy({});
    const path = '/alerts/1/comments';
    const fields = await filledIn('/alerts/1', path, { text });
    const before = await counted();
    await send(path, fields);
    await send(path, { ...fields, _once: 'x' });
    await send(path, { ...fields, _once: '' });
    const analyst = await app.browser('analyst');
    const { page } = await analyst.open('/alerts/1');
    await send(path, { ...fieldsOf(page, path), text, _once: fields._once ?? '' }, analyst);
    expect(await counted()).toBe(before + 4);

    await send(path, fields);
    expect(await counted()).toBe(before + 4);
    await clock.skip(HOUR_MS);
    await send(path, fields);
    expect(await counted()).toBe(before + 5);
  });
});

function fieldsOf(page: CheerioAPI, action: string): Record<string, string> {
  const form = load(page(`form[method=post][action="${action}"]`).first().toString());
  return Object.fromEntries(
    form('[name]')
      .toArray()
      .filter((field) => form(field).attr('type') !== 'checkbox' || form(field).is(':checked'))
      .filter((field) => field.tagName !== 'button')
      .map((field) => [form(field).attr('name') ?? '', String(form(field).val() ?? '')]),
  );
}

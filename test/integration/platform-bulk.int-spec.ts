import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { taskRows } from '../support/scan-rows.js';

const LIST = '/platforms?search=chosen&sort=-name&limit=25';

describeOnEachDatabase('several platforms at once', (database) => {
  let app: TestApp;
  let browser: Browser;
  let platforms: Platform[];

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    browser = await app.browser('analyst');
  });
  afterAll(async () => {
    await app.stop();
  });
  beforeEach(async () => {
    platforms = [
      await aPlatform(app, { name: 'chosen A', tags: ['old', 'both'] }),
      await aPlatform(app, { name: 'chosen B', tags: ['both'], active: false }),
      await aPlatform(app, { name: 'chosen C' }),
    ];
  });

  const ids = (...nth: number[]) => nth.map((one) => String(platforms[one]?.id));
  const now = (nth: number) => app.nest.get(PlatformService).get(Number(platforms[nth]?.id));
  const audited = async (nth: number) => {
    const found = await app.nest
      .get(UnitOfWork)
      .repository(AuditEntry)
      .find({ where: { subjectKind: 'platform', subjectId: String(platforms[nth]?.id) } });
    return found.map(({ action }) => action);
  };
  const send = async (fields: Record<string, string | string[]>, by = browser, from = LIST) => {
    const { page } = await by.open(from);
    const csrf = page('main input[name=_csrf], input[name=_csrf]').first().attr('value') ?? '';
    const back = new URL(from, 'http://x').searchParams.toString();
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries({ back, ...fields, _csrf: csrf })) {
      for (const one of [value].flat()) body.append(name, one);
    }
    const response = await by.agent.post('/platforms/bulk').type('form').send(body.toString());
    const location = (response.headers as Record<string, string | undefined>).location;
    return { response, location, told: location ? await toldAt(by, location) : [] };
  };
  const toldAt = async (by: Browser, path: string) => {
    const { page } = await by.open(path);
    return page('.alert[role], .alert')
      .toArray()
      .map((one) => page(one).text().trim());
  };

  it('are activated and deactivated, each with its line of the audit trail', async () => {
    const off = await send({ platforms: ids(0, 1, 2), action: 'deactivate' });

    expect([off.response.status, off.location]).toEqual([303, LIST]);
    expect(off.told).toEqual([
      '2 platforms were deactivated.',
      '1 platform was like that already.',
    ]);
    expect([(await now(0)).isActive, (await now(1)).isActive]).toEqual([false, false]);
    expect(await audited(0)).toEqual(['platform.created', 'platform.changed']);
    expect(await audited(1)).toEqual(['platform.created']);

    const on = await send({ platforms: ids(1), action: 'activate' });
    expect(on.told).toEqual(['1 platform was activated.']);
    expect((await now(1)).isActive).toBe(true);
  });

  it('get a tag and lose one, and keep the others', async () => {
    await send({ platforms: ids(0, 1, 2), action: 'addTag', tag: ' new ' });
    await send({ platforms: ids(0, 1, 2), action: 'removeTag', tag: 'both' });

    expect((await now(0)).tags).toEqual(['old', 'new']);
    expect((await now(1)).tags).toEqual(['new']);
    expect((await now(2)).tags).toEqual(['new']);
  });

  it('are told of by name where one is refused, and hold up no other', async () => {
    const full = Array.from({ length: 20 }, (_, nth) => `t${nth}`);
    const { id } = await aPlatform(app, { name: 'chosen full', tags: full });
    const gone = '2147483647';
    const sent = await send({
      platforms: [...ids(0), String(id), gone],
      action: 'addTag',
      tag: '<b>x</b>',
    });

    expect(sent.told[0]).toBe('1 platform got the tag.');
    expect(sent.told[1]).toContain('“chosen full”: tags');
    expect(sent.told[2]).toContain(`“${gone}”`);
    expect((await now(0)).tags).toContain('<b>x</b>');
  });

  it('are removed once that is confirmed, and no sooner', async () => {
    const asked = await send({ platforms: ids(0, 1), action: 'archive' });
    expect(asked.location).toMatch(/^\/platforms\/archive\?platforms=/);
    expect((await now(0)).archivedAt).toBeNull();

    const { page } = await browser.open(asked.location ?? '');
    expect(page('h1').text()).toBe('Remove 2 platforms?');
    expect(page('main li').text()).toContain('chosen A');
    expect(page('a.btn').attr('href')).toBe(LIST);
    const chosen = page('input[name=platforms]')
      .toArray()
      .map((one) => page(one).attr('value') ?? '');
    const fields = { platforms: chosen, action: 'archive', confirmed: 'true' };
    const done = await send({ ...fields, back: page('main input[name=back]').attr('value') ?? '' });

    expect(done.location).toBe(LIST);
    expect(done.told).toEqual(['2 platforms were removed.']);
    expect((await now(0)).archivedAt).not.toBeNull();
    expect((await now(2)).archivedAt).toBeNull();
    expect(await audited(1)).toEqual(['platform.created', 'platform.archived']);
    const again = await send(fields);
    expect(again.told).toEqual(['2 platforms were like that already.']);
    const none = await browser.open(asked.location ?? '');
    expect(none.page('main form[method=post]')).toHaveLength(0);
    const active = await send({ platforms: ids(0), action: 'activate' });
    expect(active.told[0]).toContain('This platform was removed.');
  });

  it('are scanned by one scan, without those that are not active', async () => {
    const settings = app.nest.get(VirusTotalSettingsService);
    const refused = await send({ platforms: ids(0, 2), action: 'scan' });
    expect(refused.response.status).toBe(422);
    expect(refused.response.text).toContain('integration is not active');

    await settings.update({ apiKey: 'a'.repeat(64), isActive: true });
    const sent = await send({ platforms: ids(0, 1, 2), action: 'scan' });
    const alone = await send({ platforms: ids(1), action: 'scan' });
    await settings.update({ apiKey: null });

    expect(sent.location).toMatch(/^\/scans\/\d+$/);
    expect(sent.told[0]).toBe('A scan of 2 platforms has begun.');
    expect(sent.told[1]).toContain('“chosen B”: it is not active.');
    const scanId = Number(sent.location?.split('/').at(-1));
    const tasks = await taskRows(app.nest, scanId);
    expect(tasks.map(({ platformId }) => String(platformId))).toEqual(ids(0, 2));
    expect(alone.location).toBe(LIST);
    expect(alone.told[0]).toContain('“chosen B”: it is not active.');
  });

  it.each<[string, Record<string, string | string[]>, string]>([
    ['none is chosen', { action: 'activate' }, 'platforms'],
    [
      'more are chosen than a page shows',
      { action: 'activate', platforms: many(201) },
      'platforms',
    ],
    [
      'more are to be scanned than a scan takes',
      { action: 'scan', platforms: many(51) },
      'platforms',
    ],
    ['it is not said what to do', { platforms: '1', action: '' }, 'action'],
    ['there is no such thing to do', { platforms: '1', action: 'delete' }, 'action'],
    ['the tag is missing', { platforms: '1', action: 'addTag', tag: ' ' }, 'tag'],
    ['the tag has a comma', { platforms: '1', action: 'removeTag', tag: 'a,b' }, 'tag'],
    ['the tag is long', { platforms: '1', action: 'addTag', tag: 'x'.repeat(51) }, 'tag'],
  ])('show the form again when %s', async (_what, fields, field) => {
    const { response } = await send({ ...fields });
    expect(response.status).toBe(422);
    const shown = await parsed(response.text);
    expect(shown(`#error-${field}`).text()).not.toBe('');
    expect(shown('#filter-search').attr('value')).toBe('chosen');
    expect(shown('#filter-sort option[selected]').attr('value')).toBe('-name');
    if (typeof fields.tag === 'string') expect(shown('#field-tag').attr('value')).toBe(fields.tag);
  });

  it('stay ticked when the form is shown again', async () => {
    const { response } = await send({ platforms: ids(1), action: '' });
    const shown = await parsed(response.text);
    const ticked = shown('input[name=platforms][checked]').toArray();
    expect(ticked.map((one) => shown(one).attr('value'))).toEqual(ids(1));
  });

  it('are no business of a viewer', async () => {
    const viewer = await app.browser('viewer');
    const { page } = await viewer.open(LIST);
    expect(page('main form[method=post]')).toHaveLength(0);
    expect(page('input[name=platforms]')).toHaveLength(0);
    const { response } = await send(
      { platforms: ids(0), action: 'deactivate' },
      viewer,
      '/profile',
    );
    expect(response.status).toBe(403);
    expect(
      (await viewer.open(`/platforms/archive?platforms=${ids(0).join(',')}`)).response.status,
    ).toBe(403);
  });

  it('are asked about at no address that names none', async () => {
    for (const query of ['', '?platforms=', '?platforms=x', `?platforms=${many(201).join(',')}`]) {
      expect((await browser.open(`/platforms/archive${query}`)).response.status).toBe(422);
    }
  });
});

function many(count: number): string[] {
  return Array.from({ length: count }, (_, nth) => String(nth + 1));
}

async function parsed(text: string) {
  const { load } = await import('cheerio');
  return load(text);
}

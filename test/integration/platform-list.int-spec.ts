import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { platformView } from '../../src/platform/platform.view.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;

describeOnEachDatabase('lists of platforms', (database) => {
  let app: TestApp;
  let platforms: PlatformService;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    platforms = app.nest.get(PlatformService);
  });
  afterAll(async () => {
    await app.stop();
  });
  beforeEach(async () => {
    await unitOfWork().run(() => unitOfWork().repository(Platform).deleteAll());
  });

  const unitOfWork = () => app.nest.get(UnitOfWork);
  const daysAgo = (days: number, ms = 0) => new Date(clock.now().getTime() - days * DAY_MS - ms);
  const scanned = (id: number, state: 'flagged' | 'clean' | 'unknown', scannedAt: Date) =>
    platforms.recordResult(id, { state, scannedAt, isConclusive: true, answeredEngines: 70 });

  it('are listed by a state that agrees with the one shown', async () => {
    await app.nest.get(VirusTotalSettingsService).update({ scanFrequencyDays: 3 });
    const states = ['flagged', 'clean', 'unknown'] as const;
    for (const state of states) {
      for (const at of [daysAgo(0), daysAgo(6), daysAgo(6, 1), daysAgo(7), null]) {
        const { id } = await aPlatform(app);
        if (at) await scanned(id, state, at);
        else {
          const found = { state, scannedAt: daysAgo(0), isConclusive: false, answeredEngines: 1 };
          await platforms.recordResult(id, found);
        }
      }
    }
    const context = await platforms.viewContext();
    expect(context).toMatchObject({ frequencyDays: 3, isIntegrationActive: false });

    const seen: number[] = [];
    for (const state of states) {
      const { items, total } = await platforms.list({ state }, {});
      expect(total).toBe(items.length);
      expect(items.length).toBeGreaterThan(0);
      for (const item of items) expect(platformView(item, context).state).toBe(state);
      seen.push(...items.map(({ id }) => id));
    }
    expect(new Set(seen).size).toBe(15);
    expect((await platforms.list({ state: 'clean' }, {})).total).toBe(2);
  });

  it('are searched in every text that names them, with signs taken as they are', async () => {
    await aPlatform(app, { name: 'Café 100%', url: 'https://a.example.org/', ownerName: 'Ada' });
    await aPlatform(app, { name: 'Other!', url: 'https://b.example.org/_x', tags: ['Blau'] });
    await aPlatform(app, { name: 'Third', url: 'https://c.example.org/', ownerEmail: 'z@x.org' });
    const names = async (search: string) =>
      (await platforms.list({ search }, {})).items.map(({ name }) => name);

    expect(await names('CAF')).toEqual(['Café 100%']);
    expect(await names('é 1')).toEqual(['Café 100%']);
    expect(await names('0%')).toEqual(['Café 100%']);
    expect(await names('%')).toEqual(['Café 100%']);
    expect(await names('_')).toEqual(['Other!']);
    expect(await names('!')).toEqual(['Other!']);
    expect(await names('ada')).toEqual(['Café 100%']);
    expect(await names('blau')).toEqual(['Other!']);
    expect(await names('Z@X.ORG')).toEqual(['Third']);
    expect(await names('B.Example')).toEqual(['Other!']);
    expect(await names("'")).toEqual([]);
  });

  it('are paged whole and once, names that are the same included', async () => {
    for (let i = 0; i < 25; i += 1) await aPlatform(app, { name: i % 5 === 0 ? 'b' : 'A' });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await platforms.list({ active: true }, { limit: 4, cursor });
      expect(page.total).toBe(25);
      seen.push(...page.items.map(({ id, name }) => `${name} ${id}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);

    expect(new Set(seen).size).toBe(25);
    expect(seen.map((row) => row[0]).join('')).toBe(`${'A'.repeat(20)}${'b'.repeat(5)}`);
    expect((await platforms.list({ active: false }, {})).total).toBe(0);
  });

  it('are paged and filtered as JSON, and refuse what no filter takes', async () => {
    const api = await app.api('read');
    for (let i = 0; i < 3; i += 1) await aPlatform(app, { name: 'paged', tags: ['only-here'] });

    const first = await api.get('/platforms?search=only-HERE&state=unknown&active=true&limit=2');
    const second = await api.get(
      `/platforms?search=only-HERE&limit=2&cursor=${first.body.meta.nextCursor}`,
    );

    expect(first.body.meta).toMatchObject({ total: 3, limit: 2 });
    expect(first.body.data).toHaveLength(2);
    expect(second.body).toMatchObject({ meta: { total: 3, nextCursor: null } });
    expect(second.body.data).toHaveLength(1);
    for (const [query, field] of [
      ['state=red', 'state'],
      ['active=maybe', 'active'],
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['cursor=zzz', 'cursor'],
      ['colour=red', 'colour'],
    ]) {
      const response = await api.get(`/platforms?${query}`);
      expect(response.status).toBe(422);
      expect(response.body.errors).toMatchObject([{ field }]);
    }
  });

  it('are paged and filtered as pages, and keep the filter', async () => {
    const browser = await app.browser('viewer');
    const one = await aPlatform(app, { name: 'Listed 1', tags: ['listed'] });
    for (let i = 2; i <= 3; i += 1) await aPlatform(app, { name: `Listed ${i}`, tags: ['listed'] });
    await app.nest.get(PlatformService).recordResult(one.id, {
      state: 'flagged',
      scannedAt: new Date('2020-01-01'),
      isConclusive: true,
      answeredEngines: 70,
    });

    const first = await browser.open('/platforms?search=listed&state=&active=true&limit=2');
    const next = first.page('.pager a[rel=next]').attr('href')!;
    const second = await browser.open(next);
    const flagged = await browser.open('/platforms?search=listed&state=flagged');
    const none = await browser.open('/platforms?search=listed&active=false');

    const names = (opened: typeof first) =>
      opened
        .page('th[scope=row] a')
        .toArray()
        .map((a) => opened.page(a).text());
    expect(names(first)).toEqual(['Listed 1', 'Listed 2']);
    expect(names(second)).toEqual(['Listed 3']);
    expect(second.page('#filter-search').val()).toBe('listed');
    expect(second.page('#filter-active').val()).toBe('true');
    expect(second.page('.pager a').attr('href')).toBe(
      '/platforms?search=listed&active=true&limit=2',
    );
    expect(names(flagged)).toEqual(['Listed 1']);
    expect(flagged.page('tbody tr').text()).toContain('stale');
    expect(none.page('main .empty')).toHaveLength(1);
  });

  it('tell when each platform is scanned next, as far as that is known', async () => {
    const browser = await app.browser('viewer');
    const settings = app.nest.get(VirusTotalSettingsService);
    const { id } = await aPlatform(app, { name: 'Next 1', tags: ['next'] });
    await aPlatform(app, { name: 'Next 2', tags: ['next'] });
    await aPlatform(app, { name: 'Next 3', tags: ['next'], active: false });
    await app.nest.get(PlatformService).recordResult(id, {
      state: 'clean',
      scannedAt: new Date('2030-01-01T00:00:00Z'),
      isConclusive: true,
      answeredEngines: 70,
    });
    const cells = async () => {
      const { page } = await browser.open('/platforms?search=next');
      return page('tbody tr')
        .toArray()
        .map((row) => page(row).find('td').last().text());
    };

    const before = await cells();
    await settings.update({ apiKey: 'a'.repeat(64), isActive: true, scanFrequencyDays: 7 });
    const after = await cells();
    await settings.update({ apiKey: null });

    expect(before).toEqual(['not planned', 'not planned', 'not planned']);
    expect(after).toEqual(['2030-01-08 00:00\u00a0UTC', 'as soon as one starts', 'not planned']);
  });
});

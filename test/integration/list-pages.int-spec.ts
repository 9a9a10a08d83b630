import { parse } from 'csv-parse/sync';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { Engine } from '../../src/vendor/engine.entity.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { insertPlatforms } from '../support/many-platforms.js';

type Opened = Awaited<ReturnType<Browser['open']>>;

describeOnEachDatabase('pages of lists', (database) => {
  let app: TestApp;
  let browser: Browser;
  let admin: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    browser = await app.browser('viewer');
    admin = await app.browser('admin');
  });
  afterAll(async () => {
    await app.stop();
  });

  const rowHeads = ({ page }: Opened) =>
    page('tbody th[scope=row]')
      .toArray()
      .map((head) => page(head).find('a, time, .spelling').first().text());
  const head = ({ page }: Opened, label: string) =>
    page('thead th')
      .filter((_, one) => page(one).text().trim() === label)
      .first();
  const file = async (path: string, by = browser) => {
    const response = await by.agent.get(path);
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toContain('text/csv');
    expect(response.headers['content-disposition']).toContain('.csv');
    return parse<Record<string, string>>(response.text, { columns: true });
  };

  it('begin with none: each says what to do, and offers no sizes', async () => {
    for (const path of [
      '/platforms',
      '/alerts',
      '/scans',
      '/vendor',
      '/disputes',
      '/audit?actor=nobody-at-all',
    ]) {
      const { response, page } = await admin.open(path);
      expect([path, response.status]).toEqual([path, 200]);
      expect(page('.empty')).not.toHaveLength(0);
      expect(page('.page-sizes')).toHaveLength(0);
    }
    const api = await app.api('read');
    for (const path of ['/platforms', '/alerts', '/scans', '/vendors']) {
      const { body } = await api.get(`${path}?sort=`);
      expect(body).toEqual({ data: [], meta: { total: 0, limit: 50, nextCursor: null } });
    }
    for (const path of [
      '/platforms',
      '/alerts',
      '/scans',
      '/vendor',
      '/vendor/engines',
      '/disputes',
    ]) {
      expect(await file(`${path}/export`)).toEqual([]);
    }
  });

  it('sort by a click on a head, which says how they are sorted', async () => {
    await insertPlatforms(app.nest, 60, (nth) => ({
      name: `Paged ${String(nth).padStart(2, '0')}`,
      tags: ['paged'],
    }));
    const first = await browser.open('/platforms?search=paged&limit=25');
    expect(head(first, 'Name').attr('aria-sort')).toBe('ascending');
    expect(first.page('thead th[aria-sort]')).toHaveLength(1);
    const href = head(first, 'Name').find('a').attr('href') ?? '';
    expect(href).toBe('/platforms?search=paged&sort=-name&limit=25');
    const down = await browser.open(href);

    expect(head(down, 'Name').attr('aria-sort')).toBe('descending');
    expect(rowHeads(down)[0]).toBe('Paged 59');
    expect(head(down, 'Last scanned').find('a').attr('href')).toContain('sort=-lastScannedAt');
    expect(down.page('#filter-sort option[selected]').attr('value')).toBe('-name');
    expect(down.page('form[role=search] input[name=limit]').attr('value')).toBe('25');
  });

  it('lead to the next page and back, and say which rows they show', async () => {
    const list = '/platforms?search=paged&sort=-name&limit=25';
    const total = (opened: Opened) => opened.page('.pager span').first().text();
    const link = (opened: Opened, rel: string) =>
      opened.page(`.pager a[rel=${rel}]`).attr('href') ?? '';
    const first = await browser.open(list);
    const second = await browser.open(link(first, 'next'));
    const third = await browser.open(link(second, 'next'));
    const back = await browser.open(link(third, 'prev'));
    const start = await browser.open(link(back, 'prev'));

    expect([first, second, third].map(total)).toEqual(['1–25 of 60', '60 in all', '51–60 of 60']);
    expect(rowHeads(third)).toHaveLength(10);
    expect(rowHeads(back)).toEqual(rowHeads(second));
    expect(rowHeads(start)).toEqual(rowHeads(first));
    expect(total(start)).toBe('1–25 of 60');
    expect(link(start, 'prev')).toBe('');
    expect(link(third, 'next')).toBe('');
  });

  it('are as long as one chooses, and keep what else was asked for', async () => {
    const { page } = await browser.open('/platforms?search=paged&sort=-name&limit=50');
    const sizes = page('.page-sizes a').toArray();
    expect(sizes.map((one) => page(one).text())).toEqual(['25', '50', '100', '200']);
    expect(page('.page-sizes [aria-current]').text()).toBe('50');
    const longer = await browser.open(page(sizes[2]).attr('href') ?? '');
    expect(rowHeads(longer)).toHaveLength(60);
    expect(longer.page('.pager span').first().text()).toBe('60 in all');
    expect(longer.page('#filter-search').val()).toBe('paged');
    expect(longer.page('.pager a[rel]')).toHaveLength(0);
  });

  it('of platforms are a file of what is shown, in its order', async () => {
    const { page } = await browser.open('/platforms?search=paged&sort=-name&limit=25&active=true');
    const fields = page('form[action="/platforms/export"] input[type=hidden]')
      .toArray()
      .map((one): [string, string] => [
        page(one).attr('name') ?? '',
        page(one).attr('value') ?? '',
      ]);
    const asked = new URLSearchParams([...fields, ['format', 'csv']]).toString();
    const rows = await file(`/platforms/export?${asked}`);

    expect(rows).toHaveLength(60);
    expect(rows[0]?.name).toBe('Paged 59');
    expect(await file('/platforms/export?search=nothing-like-it')).toEqual([]);
    const api = await app.api('read');
    const json = await api.get('/platforms/export?format=json&sort=-name&search=Paged+0');
    expect(json.body.data.map(({ name }: { name: string }) => name)).toEqual(
      Array.from({ length: 10 }, (_, nth) => `Paged 0${9 - nth}`),
    );
    const refused = await api.get('/platforms/export?sort=colour');
    expect(refused.status).toBe(422);
  });

  it('of vendors sort by name and by whether their engine was seen', async () => {
    const at = new Date();
    const unitOfWork = app.nest.get(UnitOfWork);
    for (const name of ['B seen', 'A not', 'a seen', 'C not']) await aVendor(app, { name });
    await unitOfWork.run(() =>
      unitOfWork.repository(Engine).insert(
        ['B seen', 'a seen', 'other', 'A NOT'].map((name) => ({
          name,
          firstSeenAt: at,
          lastSeenAt: at,
          timesFlagged: name.length,
        })),
      ),
    );
    const sorted = async (sort: string) => rowHeads(await browser.open(`/vendor?sort=${sort}`));
    expect(await sorted('')).toEqual(['A not', 'B seen', 'C not', 'a seen']);
    expect(await sorted('-name')).toEqual(['a seen', 'C not', 'B seen', 'A not']);
    expect(await sorted('matched')).toEqual(['A not', 'C not', 'B seen', 'a seen']);
    expect(await sorted('-matched')).toEqual(['a seen', 'B seen', 'C not', 'A not']);
    const api = await app.api('read');
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await api.get(`/vendors?sort=matched&limit=1${cursor}`);
      seen.push(...body.data.map(({ name }: { name: string }) => name));
      if (body.meta.nextCursor === null) break;
      cursor = `&cursor=${body.meta.nextCursor as string}`;
    }
    expect(seen).toEqual(['A not', 'C not', 'B seen', 'a seen']);

    const rows = await file('/vendor/export?sort=-name&search=seen');
    expect(rows.map(({ name }) => name)).toEqual(['a seen', 'B seen']);
    const engines = await browser.open('/vendor/engines?sort=-flagged');
    expect(head(engines, 'Flagged').attr('aria-sort')).toBe('descending');
    expect(rowHeads(engines).slice(0, 2).sort()).toEqual(['B seen', 'a seen']);
    const names = (await file('/vendor/engines/export?sort=name')).map(({ name }) => name);
    expect(names).toEqual(['A NOT', 'B seen', 'a seen', 'other']);
  });

  it('of alerts sort by how bad they are, whatever the words', async () => {
    const at = new AlertScenario(app);
    const engines = ['A', 'B', 'C', 'D', 'E'];
    const found = { low: 0, medium: 1, high: 2, critical: 5 };
    for (const [name, count] of Object.entries(found)) {
      const { id } = await aPlatform(app, { name: `Alert ${name}`, tags: ['sorted'] });
      const says = Object.fromEntries(engines.slice(0, count).map((one) => [one, 'malicious']));
      await at.scan(id, count === 0 ? { A: 'suspicious' } : says);
    }
    const sorted = async (sort: string) =>
      rowHeads(await browser.open(`/alerts?tag=sorted&sort=${sort}`));
    const worstFirst = ['Alert critical', 'Alert high', 'Alert medium', 'Alert low'];
    expect(await sorted('-severity')).toEqual(worstFirst);
    expect(await sorted('severity')).toEqual([...worstFirst].reverse());
    expect(await sorted('-openedAt')).toEqual(worstFirst);
    expect(await sorted('')).toEqual(worstFirst);
    const paged = await browser.open('/alerts?tag=sorted&sort=-severity&limit=2');
    const next = await browser.open(paged.page('.pager a[rel=next]').attr('href') ?? '');
    expect([...rowHeads(paged), ...rowHeads(next)]).toEqual(worstFirst);
    expect(head(next, 'Severity').attr('aria-sort')).toBe('descending');
    expect(next.page('details[open]')).toHaveLength(1);

    const rows = await file(paged.page('a[href^="/alerts/export"]').attr('href') ?? '');
    expect(rows.map(({ platform }) => platform)).toEqual(worstFirst);
    const api = await app.api('read');
    const both = await api.get('/alerts?sort=severity&updatedSince=2026-01-01T00:00:00Z');
    expect(both.status).toBe(422);
    expect(both.body.errors).toMatchObject([{ field: 'sort' }]);
    const json = await api.get('/alerts?sort=-severity&tag=sorted');
    expect(json.body.data[0].severity).toBe('critical');
  });

  it('of scans sort by when they began, which one that waits has not', async () => {
    const unitOfWork = app.nest.get(UnitOfWork);
    const hour = (nth: number) => new Date(Date.UTC(2026, 10, 20, nth));
    const scan = { trigger: 'manual', state: 'completed', isOverAll: false } as const;
    await unitOfWork.run(() =>
      unitOfWork.repository(Scan).insert([
        {
          ...scan,
          createdAt: hour(1),
          startedAt: hour(5),
          finishedAt: hour(6),
          requestedBy: '=1+1',
        },
        { ...scan, createdAt: hour(2), startedAt: hour(3), finishedAt: hour(9) },
        { ...scan, createdAt: hour(4), startedAt: null, finishedAt: null, state: 'queued' },
      ]),
    );
    const hours = async (path: string) => {
      const { page } = await browser.open(path);
      return page('tbody th time')
        .toArray()
        .map((one) => new Date(page(one).attr('datetime') ?? '').getUTCHours());
    };
    expect(await hours('/scans?sort=startedAt')).toEqual([3, 4, 5]);
    expect(await hours('/scans?sort=-startedAt')).toEqual([5, 4, 3]);
    expect(await hours('/scans?sort=finishedAt')).toEqual([4, 5, 3]);
    const api = await app.api('read');
    for (const sort of ['startedAt', '-startedAt', 'finishedAt', '-finishedAt']) {
      const seen: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await api.get(`/scans?sort=${sort}&limit=1${cursor}`);
        seen.push(...body.data.map(({ id }: { id: string }) => id));
        if (body.meta.nextCursor === null) break;
        cursor = `&cursor=${body.meta.nextCursor as string}`;
      }
      const whole = await api.get(`/scans?sort=${sort}`);
      expect(seen).toEqual(whole.body.data.map(({ id }: { id: string }) => id));
      expect(new Set(seen).size).toBe(3);
    }

    const rows = await file('/scans/export?sort=startedAt');
    expect(rows.map(({ startedAt }) => startedAt)).toEqual([
      hour(3).toISOString(),
      '',
      hour(5).toISOString(),
    ]);
    expect(rows[2]?.requestedBy).toBe("'=1+1");
    const tasks = await browser.agent.get(`/scans/${rows[0]?.id ?? ''}/export`);
    expect(tasks.text).toMatch(/^id,platformId,platform,url,state,/);
    expect((await browser.agent.get('/scans/2147483647/export')).status).toBe(404);
  });
});

import type { Platform } from '../../src/platform/platform.entity.js';
import { TaskProgress } from '../../src/scan/task-progress.service.js';
import type { EngineVerdict } from '../../src/virustotal/answers.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import {
  activate,
  completeTask,
  startWithIdleEngine,
  tasksOf,
  verdictsOf,
} from '../support/scan-drive.js';

const MARKUP = `<b data-x="1">'"&amp; {{name}} $t(app.name)</b>`;

describeOnEachDatabase('the page of a platform', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let analyst: Browser;
  let viewer: Browser;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    api = await app.api('write');
    analyst = await app.browser('analyst');
    viewer = await app.browser('viewer');
  });
  afterAll(async () => {
    await app.stop();
  });

  const scan = async ({ id }: Platform, verdicts: EngineVerdict[]) => {
    const begun = await api.post('/scans', { platformIds: [String(id)] });
    const scanId = begun.body.data.id as string;
    await completeTask(app, (await tasksOf(app, scanId))[0]!, verdicts);
    return scanId;
  };

  it('says what to do before the first scan', async () => {
    const { id } = await aPlatform(app, { name: 'Shop', tags: ['eu', 'shop'] });
    const { response, page } = await analyst.open(`/platforms/${id}`);

    expect(response.status).toBe(200);
    expect(page('h1').text()).toBe('Shop unknown');
    expect(page('main .empty').first().text()).toMatch(/Scan it to find out/);
    expect(page('main table')).toHaveLength(0);
    expect(page('dl').text()).toContain('eu, shop');
    expect(page('dl a[href*="virustotal.com"]')).toHaveLength(0);
    expect(page(`form[action="/platforms/${id}/scans"] button`).text()).toBe('Scan now');
    expect(page(`a[href="/platforms/${id}/edit"], a[href="/platforms/${id}/delete"]`)).toHaveLength(
      2,
    );
    expect((await viewer.open(`/platforms/${id}`)).page('main form, main .btn-list')).toHaveLength(
      0,
    );
  });

  it('shows flags whole, with whom to contact, the others folded, and what changed', async () => {
    const platform = await aPlatform(app, {
      name: MARKUP,
      notes: MARKUP,
      ownerName: MARKUP,
      ownerEmail: 'ada@example.org',
    });
    await aVendor(app, { name: 'Kaspersky', contact: `fp@kaspersky.example ${MARKUP}` });
    const first = await scan(platform, verdictsOf({ Kaspersky: ['harmless', 'clean'] }));
    const second = await scan(
      platform,
      verdictsOf({ Kaspersky: ['malicious', MARKUP], [MARKUP]: ['suspicious', null] }),
    );

    const { page } = await viewer.open(`/platforms/${platform.id}`);
    expect(page('h1').text()).toBe(`${MARKUP} flagged`);
    expect(page('main b')).toHaveLength(0);
    const flags = page('#verdicts + .table-responsive tbody tr');
    expect(flags).toHaveLength(2);
    const cells = (row: number) =>
      flags
        .eq(row)
        .children()
        .toArray()
        .map((cell) => page(cell).text());
    expect(cells(0)).toEqual([MARKUP, 'suspicious', 'blacklist', 'no vendor of this name yet']);
    expect(cells(1)).toEqual([
      'Kaspersky',
      `malicious ${MARKUP}`,
      'blacklist',
      `fp@kaspersky.example ${MARKUP}`,
    ]);
    expect(flags.find('a[href^="/vendor/"]').text()).toBe('Kaspersky');
    expect(flags.find('a[href="mailto:fp@kaspersky.example"]')).toHaveLength(1);
    expect(page('dl').text()).toContain('2 of 27 engines');
    expect(page('main details summary').text()).toBe('25 other engines');
    expect(page('main details tbody tr')).toHaveLength(25);
    expect(page('main details').attr('open')).toBeUndefined();

    const history = page('#history + form tbody tr');
    expect(history).toHaveLength(2);
    const pastScan = history.eq(0).find('a').attr('href') ?? '';
    const past = await viewer.open(pastScan);
    expect(past.page(`main a[href="/scans/${second}"]`)).toHaveLength(1);
    expect(history.eq(0).find('td').eq(1).text()).toBe('2 of 27');
    const changes = history.eq(0).find('td').eq(2).text();
    expect(changes).toContain(`flagged Kaspersky: harmless (clean) → malicious (${MARKUP})`);
    expect(changes).toContain(`${MARKUP}: no answer → suspicious`);
    expect(history.eq(1).find('td').eq(2).text()).toBe('the first scan');
    const firstPast = await viewer.open(history.eq(1).find('a').attr('href') ?? '');
    expect(firstPast.page(`main a[href="/scans/${first}"]`)).toHaveLength(1);

    const alert = await api.get(`/alerts?platformId=${platform.id}`);
    expect(page(`dl a[href="/alerts/${alert.body.data[0].id}"]`).text()).toMatch(
      /^Alert \d+ \(new\)$/i,
    );
    expect(page('dl a[href^="https://www.virustotal.com/gui/url/"]').attr('href')).toBe(
      `https://www.virustotal.com/gui/url/${platform.id.toString(16).padStart(64, '0')}`,
    );
    expect(page('dl a[href="mailto:ada@example.org"]')).toHaveLength(1);
  });

  it('shows an unknown category as it came, and ten past scans', async () => {
    const platform = await aPlatform(app);
    for (let number = 0; number < 11; number += 1) {
      await scan(platform, verdictsOf({ ESET: ['constructor', `x${number % 2}`] }));
    }

    const { page } = await viewer.open(`/platforms/${platform.id}`);
    expect(page('#verdicts + .card').text()).toBe('No engine flags this platform.');
    expect(page('details').text()).toContain('constructor');
    const history = page('#history + form tbody tr');
    expect(history).toHaveLength(10);
    // The tenth is not the first one, so that it has a change.
    expect(history.last().find('td').eq(2).text().trim()).toBe(
      'result changed ESET: constructor (x0) → constructor (x1)',
    );
    const next = await viewer.open(page('a[rel=next]').attr('href') ?? '');
    expect(next.page('#history + form tbody tr').text()).toContain('the first scan');
  });

  it('says that the last scan failed, and why, until one does not', async () => {
    const platform = await aPlatform(app);
    const begun = await api.post('/scans', { platformIds: [String(platform.id)] });
    const scanId = begun.body.data.id as string;
    const [task] = await tasksOf(app, scanId);
    await app.nest.get(TaskProgress).failed(task!, { errorCode: 'invalid_url', errorDetail: 'no' });

    const { page } = await viewer.open(`/platforms/${platform.id}`);
    expect(page('main > .alert-warning').text()).toMatch(
      /^The last scan failed on \d{4}-\d\d-\d\d \d\d:\d\d UTC\. VirusTotal does not take this URL\./,
    );
    expect(page(`main > .alert-warning a[href="/scans/${scanId}"]`)).toHaveLength(1);
    expect(page('dl').text()).toContain('none completed yet');
    expect(page('main .empty').first().text()).not.toMatch(/Scan it to find out/);

    await scan(platform, verdictsOf({}));
    const after = await viewer.open(`/platforms/${platform.id}`);
    expect(after.page('main > .alert-warning')).toHaveLength(0);
  });

  it('folds long notes, and says why no scan is planned', async () => {
    const { id } = await aPlatform(app, { notes: `begin ${'x'.repeat(1000)} end`, active: false });
    const { page } = await viewer.open(`/platforms/${id}`);

    expect(page('dl details summary').text()).toMatch(/^1,010 characters, which begin: begin x+…$/);
    expect(page('dl details .keeps-lines').text()).toMatch(/ end$/);
    expect(page('dl').text()).toContain('not planned: the platform is not active');
  });

  it('begins a scan of it alone, and leads there', async () => {
    const { id } = await aPlatform(app, { name: 'Shop' });
    const { response } = await analyst.submit(`/platforms/${id}`, {}, `/platforms/${id}/scans`);

    expect(response.status).toBe(303);
    expect(response.headers.location).toMatch(/^\/scans\/\d+$/);
    const { page } = await analyst.open(response.headers.location!);
    expect(page('main > .alert-success').text()).toBe('A scan of “Shop” has begun.');
    expect(page('main tbody th a').attr('href')).toBe(`/platforms/${id}`);
    expect(page('dl').text()).toContain('named platforms');
  });

  it('says why no scan begins', async () => {
    const { id } = await aPlatform(app);
    const idle = await aPlatform(app, { name: 'Idle', active: false });
    const open = await analyst.open(`/platforms/${idle.id}`);
    expect(open.page('form[action$="/scans"]')).toHaveLength(0);
    expect(open.page('main > .alert').text()).toBe(
      'This platform is not active: scans leave it out.',
    );
    const scanIdle = await analyst.submit(`/platforms/${id}`, {}, `/platforms/${idle.id}/scans`);
    expect(scanIdle.response.headers.location).toBe(`/platforms/${idle.id}`);
    const told = await analyst.open(`/platforms/${idle.id}`);
    expect(told.page('main > .alert-danger').text()).toMatch(/“Idle” is not active/);

    await activate(app, false);
    const off = await analyst.submit(`/platforms/${id}`, {}, `/platforms/${id}/scans`);
    await activate(app);
    expect(off.response.headers.location).toBe(`/platforms/${id}`);
    const { page } = await analyst.open(`/platforms/${id}`);
    expect(page('main > .alert-danger').text()).toMatch(/under Integrations/);
  });

  it('is removed after a page that says what happens, and shows it', async () => {
    const { id } = await aPlatform(app, { name: MARKUP });
    const { page: confirm } = await analyst.open(`/platforms/${id}/delete`);
    expect(confirm('h1').text()).toBe(`Remove ${MARKUP}?`);
    expect(confirm('form.card').attr('action')).toBe(`/platforms/${id}/delete`);
    expect(confirm('form.card').text()).toMatch(/archived.*history stays/s);

    const { response } = await analyst.submit(`/platforms/${id}/delete`, {});
    expect(response.status).toBe(303);
    expect(response.headers.location).toBe('/platforms');
    const { page: list } = await analyst.open('/platforms');
    expect(list('main > .alert-success').text()).toBe(`The platform “${MARKUP}” was removed.`);
    expect(list(`main tbody a[href="/platforms/${id}"]`)).toHaveLength(0);

    const { page } = await analyst.open(`/platforms/${id}`);
    expect(page('main > .alert').text()).toMatch(/^This platform was removed on \d{4}-\d\d-\d\d/);
    expect(page('main form, main .btn-list')).toHaveLength(0);
  });

  it('is not there for an id that is none; /platforms/new stays the form', async () => {
    for (const path of ['/platforms/999999', '/platforms/x', '/platforms/999999/delete']) {
      expect((await analyst.open(path)).response.status).toBe(404);
    }
    const gone = await analyst.submit('/platforms/new', {}, '/platforms/999999/scans');
    expect(gone.response.status).toBe(404);
    expect((await analyst.open('/platforms/new')).page('h1').text()).toBe('Add a platform');
    const { id } = await aPlatform(app);
    expect((await viewer.open(`/platforms/${id}/delete`)).response.status).toBe(403);
    const denied = await viewer.submit('/platforms', {}, `/platforms/${id}/scans`);
    expect(denied.response.status).toBe(403);
  });
});

import { ScanStateService } from '../../src/scan/scan-state.service.js';
import { TaskProgress } from '../../src/scan/task-progress.service.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import {
  activate,
  completeTask,
  startWithIdleEngine,
  submitTask,
  tasksOf,
  verdictsOf,
} from '../support/scan-drive.js';

const MARKUP = `<b data-x="1">'"&amp; {{name}} $t(app.name)</b>`;

/** What a flag on the page says, and of which kind it is. */
const flashOf = (page: Awaited<ReturnType<Browser['open']>>['page']) => {
  const notice = page('main > .alert[role=status]');
  return { kind: notice.attr('class')?.split(' alert-')[1], text: notice.text() };
};

describeOnEachDatabase('the pages of scans', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let admin: Browser;
  let viewer: Browser;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    api = await app.api('write');
    admin = await app.browser('admin');
    viewer = await app.browser('viewer');
  });
  afterAll(async () => {
    await app.stop();
  });

  it('say what to do while there are none', async () => {
    const { response, page } = await admin.open('/scans');

    expect(response.status).toBe(200);
    expect(page('h1').text()).toBe('Scans');
    expect(page('main .empty').text()).toMatch(/No scan yet/);
    expect(page('main table')).toHaveLength(0);
    expect(page('main form[action="/scans"] button').text()).toBe('Scan all now');
    expect((await viewer.open('/scans')).page('main form[action="/scans"]')).toHaveLength(0);
  });

  it('say where to activate what is not active, and begin nothing', async () => {
    await activate(app, false);
    const { page } = await admin.open('/scans');
    expect(page('main .alert a').attr('href')).toBe('/config/integrations/virustotal');
    expect((await viewer.open('/scans')).page('main .alert a')).toHaveLength(0);

    const { response } = await admin.submit('/scans', {});
    expect(response.status).toBe(303);
    expect(response.headers.location).toBe('/scans');
    const after = await admin.open('/scans');
    expect(flashOf(after.page)).toEqual({
      kind: 'danger',
      text: expect.stringContaining('An admin activates it under Integrations'),
    });
    expect(after.page('main table')).toHaveLength(0);
    await activate(app);
  });

  it('show a scan over nothing as done, and say why', async () => {
    const { response } = await admin.submit('/scans', {});
    const { page } = await admin.open(response.headers.location!);

    expect(response.status).toBe(303);
    expect(flashOf(page).kind).toBe('success');
    expect(page('h1 .badge').text()).toBe('completed');
    expect(page('progress')).toHaveLength(0);
    expect(page('main .empty').text()).toMatch(/no active platform/);
    expect(page('script[src*="scan-progress"]')).toHaveLength(0);
    expect(page('form[action$="/cancel"]')).toHaveLength(0);
  });

  it('begin one over all, lead to the one that runs, follow it, and cancel it', async () => {
    const [first, second, third] = [
      await aPlatform(app, { name: MARKUP }),
      await aPlatform(app),
      await aPlatform(app),
    ];
    const begun = await admin.submit('/scans', {});
    const address = begun.response.headers.location!;
    const id = address.split('/')[2]!;
    const second303 = await admin.submit('/scans', {});
    expect(second303.response.headers.location).toBe(address);
    expect(flashOf((await admin.open(address)).page)).toEqual({
      kind: 'warning',
      text: 'A scan over all platforms runs already: this one.',
    });

    const [done, failed] = await tasksOf(app, id);
    await completeTask(
      app,
      done!,
      verdictsOf({ A: ['malicious', 'x'], B: ['suspicious', null], C: ['timeout', null] }, 10),
    );
    await app.nest.get(TaskProgress).failed(failed!, {
      errorCode: 'unexpected_answer',
      errorDetail: `no ${MARKUP}`,
      diagnosis: `{"odd":"${MARKUP}"}`,
    });
    const until = new Date('2026-11-25T00:00:00.000Z');
    await app.nest.get(ScanStateService).waiting({ reason: 'day_quota_spent', until });

    const { page } = await admin.open(address);
    expect(page('[data-word=now]').text()).toBe(
      'Waits: the day’s quota is spent (0 of 500 by Oju); goes on at 2026-11-25 00:00 UTC. 1 platform left.',
    );
    expect(page('progress').attr()).toMatchObject({ max: '3', value: '2' });
    expect(page('[data-word=count]').text()).toBe('2 of 3 platforms done');
    expect(page('noscript').text()).toContain(`href="${address}"`);
    expect(page('[data-scan-events]').attr('data-scan-events')).toBe(`/api/v1/scans/${id}/events`);
    expect(page('script[src^="/static/js/scan-progress-"]')).toHaveLength(1);
    const counts = Object.fromEntries(
      page('[data-count]')
        .toArray()
        .map((cell) => [page(cell).attr('data-count'), page(cell).text()]),
    );
    expect(counts).toEqual({
      done: '2',
      total: '3',
      pending: '1',
      submitted: '0',
      completed: '1',
      failed: '1',
      skipped: '0',
      flagged: '1',
      requestsUsed: '3',
    });
    const cells = (row: number) =>
      page('main tbody tr')
        .eq(row)
        .find('th, td')
        .toArray()
        .map((cell) => page(cell).text().trim());
    expect(cells(0).slice(0, 4)).toEqual([
      `${MARKUP}${first.url}`,
      'completed',
      'flagged',
      '2 of 12 not conclusive',
    ]);
    expect(cells(1).slice(1, 4)).toEqual([
      `failedVirusTotal’s answer is not what its API documents.Detailsno ${MARKUP}` +
        `{"odd":"${MARKUP}"}`,
      '',
      '',
    ]);
    expect(page('main tbody details')).toHaveLength(1);
    expect(page('main b')).toHaveLength(0);
    expect(cells(2)[1]).toBe('pending');
    expect((await viewer.open(address)).page('form[action$="/cancel"]')).toHaveLength(0);

    const cancelled = await admin.submit(address, {}, `${address}/cancel`);
    expect(cancelled.response.headers.location).toBe(address);
    const after = await admin.open(address);
    expect(flashOf(after.page)).toEqual({ kind: 'success', text: 'The scan is cancelled.' });
    expect(after.page('h1 .badge').text()).toBe('cancelled');
    expect(after.page('main > .alert-warning')).toHaveLength(0);
    expect(after.page('dl').text()).toContain('1.5 a platform');

    await admin.submit('/scans', {}, `${address}/cancel`);
    expect(flashOf((await admin.open(address)).page).kind).toBe('warning');
    for (const { id } of [first, second, third]) await api.delete(`/platforms/${id}`);
  });

  it.each([
    ['key_rejected', null, 'Waits: VirusTotal rejects the API key; the scan goes on once a'],
    ['integration_inactive', null, 'Waits: the integration is not active; the scan goes on once'],
    [
      'month_quota_spent',
      '2026-12-01T00:00:00Z',
      'of 15,500 by Oju); goes on at 2026-12-01 00:00 UTC. 2 plat',
    ],
    ['virustotal_unavailable', '2026-11-25T08:09:59Z', 'should; goes on at 2026-11-25 08:09 UTC.'],
    ['minute_quota_spent', '2026-11-25T08:09:59Z', 'more requests for now; goes on at 2026-11-'],
  ] as const)('say in words that it waits: %s', async (reason, until, words) => {
    const made = [await aPlatform(app), await aPlatform(app)];
    const { id } = (await api.post('/scans')).body.data as { id: string };
    await app.nest
      .get(ScanStateService)
      .waiting({ reason, until: until === null ? null : new Date(until) });

    const { page } = await viewer.open(`/scans/${id}`);
    expect(page('[data-word=now]').text()).toContain(words);
    await api.post(`/scans/${id}/cancel`);
    for (const platform of made) await api.delete(`/platforms/${platform.id}`);
  });

  it('say of a cancelled scan that it still collects', async () => {
    const platform = await aPlatform(app);
    const { id } = (await api.post('/scans')).body.data as { id: string };
    await submitTask(app, (await tasksOf(app, id))[0]!);
    await api.post(`/scans/${id}/cancel`);

    const { page } = await viewer.open(`/scans/${id}`);
    expect(page('[data-word=now]').text()).toMatch(/still collected/);
    expect(page('script[src*="scan-progress"]')).toHaveLength(1);
    await api.delete(`/platforms/${platform.id}`);
  });

  it('list what was done, and page through it', async () => {
    const { page } = await viewer.open('/scans?limit=2');

    expect(page('main tbody tr')).toHaveLength(2);
    const cells = page('main tbody tr')
      .first()
      .find('td')
      .toArray()
      .map((cell) => page(cell).text());
    expect(cells.slice(0, 4)).toEqual(['cancelled', '1 of 1', '0', '0']);
    const next = await viewer.open(page('a[rel=next]').attr('href')!);
    expect(next.response.status).toBe(200);
    expect(next.page('main tbody tr')).toHaveLength(2);
    expect(next.page('main tbody a').first().attr('href')).not.toBe(
      page('main tbody a').last().attr('href'),
    );
  });

  it('are not there for an id that is none, and take no form from elsewhere', async () => {
    expect((await viewer.open('/scans/999999')).response.status).toBe(404);
    expect((await viewer.open('/scans/x')).response.status).toBe(404);
    expect((await admin.submit('/scans', {}, '/scans/999999/cancel')).response.status).toBe(404);
    expect((await admin.agent.post('/scans').type('form').send({})).status).toBe(403);
    expect((await viewer.submit('/scans', {})).response.status).toBe(403);
  });
});

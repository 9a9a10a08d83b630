import type { Platform } from '../../src/platform/platform.entity.js';
import { ScanService } from '../../src/scan/scan.service.js';
import type { EngineVerdict } from '../../src/virustotal/answers.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { completeTask, startWithIdleEngine, tasksOf, verdictsOf } from '../support/scan-drive.js';

describeOnEachDatabase('past scans on pages', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let viewer: Browser;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    api = await app.api('write');
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

  it('shows any past scan whole, and two of them compared', async () => {
    const platform = await aPlatform(app);
    await scan(
      platform,
      verdictsOf({ ESET: ['malicious', 'phishing'], Gone: ['harmless', 'clean'] }),
    );
    await scan(platform, verdictsOf({ ESET: ['malicious', 'phishing'] }));
    await scan(platform, verdictsOf({ ESET: ['undetected', 'unrated'] }, 5));
    await scan(platform, verdictsOf({ ESET: ['undetected', 'unrated'], New: ['timeout', null] }));
    const { page } = await viewer.open(`/platforms/${platform.id}`);
    const rows = page('#history + form tbody tr').toArray();
    const kinds = rows.map((row) =>
      page(row)
        .find('ul li')
        .toArray()
        .map((line) => page(line).text().trim()),
    );
    const hrefs = rows.map((row) => page(row).find('a').attr('href') ?? '');
    const ids = hrefs.map((href) => href.split('/').at(-1) ?? '');

    // Twenty engines left and came back as well, which is folded.
    expect(kinds[0]).toContain('cleared ESET: undetected (unrated) → undetected (unrated)');
    expect(kinds[1]).toContain(
      'taken back, not cleared yet ESET: malicious (phishing) → undetected (unrated)',
    );
    expect(kinds[2]).toEqual(['engine gone Gone: harmless (clean) → no answer']);

    const past = await viewer.open(hrefs[3] ?? '');
    expect(past.page('#verdicts + .table-responsive tbody th').text()).toBe('ESET');
    expect(past.page('details').text()).toContain('Gone');
    expect(past.page('[aria-labelledby=changes]').text()).toContain('the first scan');

    const compare = `/platforms/${platform.id}/compare`;
    const compared = await viewer.open(`${compare}?from=${ids[0]}&to=${ids[3]}`);
    const lines = compared
      .page('.changes li')
      .toArray()
      .map((line) => compared.page(line).text());
    expect(lines).toEqual([
      'cleared ESET: malicious (phishing) → undetected (unrated)',
      'engine gone Gone: harmless (clean) → no answer',
      'no answer New: no answer → timed out',
    ]);
    const other = await aPlatform(app);
    const statuses = await Promise.all(
      [
        `${compare}?from=${ids[0]}`,
        `${compare}?from=x&to=y`,
        `/platforms/${other.id}/compare?from=${ids[0]}&to=${ids[1]}`,
        `/platforms/${other.id}/scans/${ids[0]}`,
      ].map(async (path) => (await viewer.open(path)).response.status),
    );
    expect(statuses).toEqual([404, 404, 404, 404]);
    const verdicts = await api.get(`/platforms/${platform.id}/verdicts?taskId=${ids[3]}`);
    expect(verdicts.body.data[0]).toMatchObject({ engine: 'ESET', category: 'malicious' });
    expect(verdicts.body.meta.total).toBe(27);
  });

  it('shows on a scan what it changed, and those platforms alone when asked', async () => {
    const [changed, same, left] = [
      await aPlatform(app),
      await aPlatform(app),
      await aPlatform(app),
    ];
    await scan(changed, verdictsOf({ ESET: ['harmless', 'clean'] }));
    await scan(same, verdictsOf({ ESET: ['harmless', 'clean'] }));
    await scan(left, verdictsOf({ ESET: ['harmless', 'clean'], Gone: ['harmless', 'clean'] }));
    const asked = { trigger: 'api', requestedBy: null } as const;
    const both = await app.nest.get(ScanService).startNamed([changed.id, same.id, left.id], asked);
    for (const task of await tasksOf(app, String(both.id))) {
      const category = task.platformId === changed.id ? 'malicious' : 'harmless';
      await completeTask(app, task, verdictsOf({ ESET: [category, 'clean'] }));
    }

    const whole = await viewer.open(`/scans/${both.id}`);
    const narrowed = await viewer.open(`/scans/${both.id}?show=changed`);
    const rows = whole
      .page('main tbody tr')
      .toArray()
      .map((row) => whole.page(row).find('td').last().text().trim());
    expect(rows).toEqual([
      'flagged ESET: harmless (clean) → malicious (clean)',
      'nothing',
      'engine gone Gone: harmless (clean) → no answer',
    ]);
    expect(narrowed.page('main tbody tr')).toHaveLength(2);
    expect(narrowed.page('main tbody tr').first().text()).toContain(changed.name);
    expect(narrowed.page('main tbody tr').last().text()).toContain(left.name);
  });
});

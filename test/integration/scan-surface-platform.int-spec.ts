import type { EngineVerdict } from '../../src/virustotal/answers.js';
import type { Platform } from '../../src/platform/platform.entity.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import {
  completeTask,
  startWithIdleEngine,
  submitTask,
  tasksOf,
  verdictsOf,
} from '../support/scan-drive.js';

describeOnEachDatabase('what scans know of a platform, as JSON', (database) => {
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  /** One scan of the platform alone. @returns its id and its task's */
  const scan = async ({ id }: Platform, verdicts: EngineVerdict[]) => {
    const begun = await api.post('/scans', { platformIds: [String(id)] });
    const scanId = begun.body.data.id as string;
    const [task] = await tasksOf(app, scanId);
    await completeTask(app, task!, verdicts);
    return { scanId, taskId: String(task!.id) };
  };

  it('has no verdicts and no history before the first scan', async () => {
    const { id } = await aPlatform(app);

    const verdicts = await api.get(`/platforms/${id}/verdicts`);
    expect(verdicts.body).toEqual({ data: [], meta: { total: 0, limit: 0, nextCursor: null } });
    const history = await api.get(`/platforms/${id}/history`);
    expect(history.body).toEqual({ data: [], meta: { total: 0, limit: 50, nextCursor: null } });
  });

  it('shows every verdict, flags first, each with the vendor of that very name', async () => {
    const platform = await aPlatform(app);
    const kaspersky = await aVendor(app, { name: 'Kaspersky', contact: 'fp@kaspersky.example' });
    await aVendor(app, { name: 'zeta', contact: 'nobody' });
    await scan(platform, [
      ...verdictsOf({ Zeta: ['suspicious', null], Kaspersky: ['malicious', 'phishing'] }, 2),
      { engine: 'Avira', category: 'type-unsupported', result: null, method: null },
    ]);

    const { body } = await api.get(`/platforms/${platform.id}/verdicts`);
    expect(body.data).toEqual([
      {
        engine: 'Kaspersky',
        category: 'malicious',
        result: 'phishing',
        method: 'blacklist',
        vendor: {
          id: String(kaspersky.id),
          name: 'Kaspersky',
          contact: 'fp@kaspersky.example',
          comments: '',
        },
      },
      {
        engine: 'Zeta',
        category: 'suspicious',
        result: null,
        method: 'blacklist',
        vendor: null,
      },
      expect.objectContaining({ engine: 'Avira', category: 'type-unsupported', method: null }),
      expect.objectContaining({ engine: 'Quiet 000', category: 'harmless' }),
      expect.objectContaining({ engine: 'Quiet 001' }),
    ]);
    expect(body.meta).toEqual({ total: 5, limit: 5, nextCursor: null });
  });

  it('tells scan by scan what changed, newest first, page by page', async () => {
    const platform = await aPlatform(app);
    const other = await aPlatform(app);
    const first = await scan(platform, verdictsOf({ ESET: ['harmless', 'clean'] }));
    await scan(other, verdictsOf({ ESET: ['malicious', 'malware'] }));
    const second = await scan(
      platform,
      verdictsOf({ ESET: ['malicious', 'phishing'], Newcomer: ['harmless', 'clean'] }),
    );
    const same = await scan(
      platform,
      verdictsOf({ ESET: ['malicious', 'phishing'], Newcomer: ['harmless', 'clean'] }),
    );
    const fourth = await scan(platform, verdictsOf({ ESET: ['malicious', 'malware'] }, 10));

    const whole = await api.get(`/platforms/${platform.id}/history`);
    const clean = { category: 'harmless', result: 'clean' };
    const gone = Array.from({ length: 15 }, (_, i) => ({
      engine: `Quiet 0${i + 10}`,
      kind: 'gone',
      from: clean,
      to: null,
    }));
    expect(whole.body.data).toEqual([
      {
        ...fourth,
        completedAt: expect.any(String),
        stats: { malicious: 1, suspicious: 0, harmless: 10, undetected: 0, unanswered: 0 },
        conclusive: false,
        flagged: true,
        changes: [
          {
            engine: 'ESET',
            kind: 'changed',
            from: { category: 'malicious', result: 'phishing' },
            to: { category: 'malicious', result: 'malware' },
          },
          { engine: 'Newcomer', kind: 'gone', from: clean, to: null },
          ...gone,
        ],
      },
      expect.objectContaining({ ...same, conclusive: true, changes: [] }),
      expect.objectContaining({
        ...second,
        flagged: true,
        changes: [
          {
            engine: 'ESET',
            kind: 'flagged',
            from: clean,
            to: { category: 'malicious', result: 'phishing' },
          },
          { engine: 'Newcomer', kind: 'new', from: null, to: clean },
        ],
      }),
      expect.objectContaining({
        ...first,
        flagged: false,
        stats: { malicious: 0, suspicious: 0, harmless: 26, undetected: 0, unanswered: 0 },
        changes: [],
      }),
    ]);

    const pages: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: { data: unknown[]; meta: { nextCursor: string | null } } } =
        await api.get(
          `/platforms/${platform.id}/history?limit=1${cursor ? `&cursor=${cursor}` : ''}`,
        );
      pages.push(...page.body.data);
      cursor = page.body.meta.nextCursor;
    }
    expect(pages).toEqual(whole.body.data);
  });

  it('removes a platform: the alert resolves, the history stays, and its URL brings it back', async () => {
    const platform = await aPlatform(app);
    await scan(platform, verdictsOf({ ESET: ['malicious', 'malware'] }));
    const open = await api.get(`/alerts?platformId=${platform.id}`);
    expect(open.body.data).toMatchObject([{ state: 'new' }]);

    const removed = await api.delete(`/platforms/${platform.id}`);
    const again = await api.delete(`/platforms/${platform.id}`);
    expect([removed.status, again.status]).toEqual([204, 204]);
    expect(removed.text).toBe('');

    const alert = await api.get(`/alerts/${open.body.data[0].id}`);
    expect(alert.body.data).toMatchObject({ state: 'resolved', reason: 'platform_removed' });
    const shown = await api.get(`/platforms/${platform.id}`);
    expect(shown.body.data).toMatchObject({ active: false, archivedAt: expect.any(String) });
    expect((await api.get(`/platforms/${platform.id}/history`)).body.data).toHaveLength(1);

    const revived = await api.post('/platforms', { name: 'Back', url: platform.url });
    expect(revived.body.data).toMatchObject({ id: String(platform.id), archivedAt: null });
    expect((await api.get(`/platforms/${platform.id}/verdicts`)).body.data).toHaveLength(26);
  });

  it('opens no alert when an answer comes in for a platform that was removed meanwhile', async () => {
    const platform = await aPlatform(app);
    const begun = await api.post('/scans', { platformIds: [String(platform.id)] });
    const [task] = await tasksOf(app, begun.body.data.id as string);
    await submitTask(app, task!);
    await api.delete(`/platforms/${platform.id}`);
    await completeTask(app, task!, verdictsOf({ ESET: ['malicious', 'malware'] }));

    const alerts = await api.get(`/alerts?platformId=${platform.id}`);
    expect(alerts.body.data).toEqual([]);
  });

  it.each(['999999', 'x', '0'])('has no platform %s', async (id) => {
    const answers = [
      await api.get(`/platforms/${id}/verdicts`),
      await api.get(`/platforms/${id}/history`),
      await api.delete(`/platforms/${id}`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('lets a token that only reads see it, and remove nothing', async () => {
    const { id } = await aPlatform(app);
    const reader = await app.api('read');

    expect((await reader.get(`/platforms/${id}/history`)).status).toBe(200);
    expect((await reader.delete(`/platforms/${id}`)).status).toBe(403);
    expect((await reader.post('/scans')).status).toBe(403);
    expect((await reader.post('/scans', { platformIds: [String(id)] })).status).toBe(403);
    expect((await api.get(`/platforms/${id}`)).body.data.archivedAt).toBeNull();
  });
});

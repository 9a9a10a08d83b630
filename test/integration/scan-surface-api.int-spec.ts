import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { TaskProgress } from '../../src/scan/task-progress.service.js';
import { ScanStateService } from '../../src/scan/scan-state.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { completeTask, startWithIdleEngine, tasksOf, verdictsOf } from '../support/scan-drive.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const NO_COUNTS = {
  total: 0,
  pending: 0,
  submitted: 0,
  completed: 0,
  failed: 0,
  skipped: 0,
  flagged: 0,
};

describeOnEachDatabase('scans as JSON', (database) => {
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  const storedScans = () => app.nest.get(UnitOfWork).repository(Scan).count();

  it('has no latest one before the first', async () => {
    const latest = await api.get('/scans/latest');
    const list = await api.get('/scans');

    expect(latest.status).toBe(404);
    expect(latest.type).toBe('application/problem+json');
    expect(list.body).toEqual({ data: [], meta: { total: 0, limit: 50, nextCursor: null } });
  });

  it('ends one over no platform at once', async () => {
    const begun = await api.post('/scans');

    expect(begun.status).toBe(202);
    expect(begun.headers.location).toBe(`/api/v1/scans/${begun.body.data.id}`);
    expect(begun.body.data).toEqual({
      id: expect.stringMatching(/^\d+$/),
      trigger: 'api',
      state: 'completed',
      reason: null,
      waitingUntil: null,
      counts: NO_COUNTS,
      thinned: 0,
      requestsUsed: 0,
      createdAt: expect.stringMatching(ISO),
      startedAt: expect.stringMatching(ISO),
      finishedAt: begun.body.data.startedAt,
    });
    expect((await api.get('/scans/latest')).body).toEqual(begun.body);
    expect((await api.get(begun.headers.location!.slice('/api/v1'.length))).body).toEqual(
      begun.body,
    );
  });

  it('begins one over all, refuses a second with the id of the first, and tells how it ends', async () => {
    const shopPlatform = await aPlatform(app, { name: 'Shop' });
    const otherPlatform = await aPlatform(app);
    await aPlatform(app, { active: false });
    const begun = await api.post('/scans', {});
    const { id } = begun.body.data as { id: string };
    expect(begun.body.data).toMatchObject({
      state: 'queued',
      counts: { ...NO_COUNTS, total: 2, pending: 2 },
      startedAt: null,
      finishedAt: null,
    });

    const second = await api.post('/scans');
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'SCAN.ALREADY_RUNNING', scanId: id });
    expect(second.body.detail).toMatch(/runs already/);

    const [shop, other] = await tasksOf(app, id);
    await completeTask(app, shop!, verdictsOf({ Kaspersky: ['malicious', 'phishing'] }));
    await app.nest.get(TaskProgress).failed(other!, {
      errorCode: 'invalid_url',
      errorDetail: 'Unable to canonicalize url',
    });

    const ended = await api.get(`/scans/${id}`);
    expect(ended.body.data).toMatchObject({
      state: 'completed_with_errors',
      counts: { ...NO_COUNTS, total: 2, completed: 1, failed: 1, flagged: 1 },
      requestsUsed: 3,
    });
    const tasks = await api.get(`/scans/${id}/tasks`);
    expect(tasks.body.meta).toEqual({ total: 2, limit: 50, nextCursor: null });
    expect(tasks.body.data).toEqual([
      {
        id: String(shop!.id),
        state: 'completed',
        platform: { id: String(shopPlatform.id), name: 'Shop', url: shopPlatform.url },
        analysisId: expect.stringMatching(/^u-/),
        stats: { malicious: 1, suspicious: 0, harmless: 25, undetected: 0, unanswered: 0 },
        conclusive: true,
        flagged: true,
        error: null,
        completedAt: expect.any(String),
      },
      {
        id: String(other!.id),
        state: 'failed',
        platform: {
          id: String(otherPlatform.id),
          name: otherPlatform.name,
          url: otherPlatform.url,
        },
        analysisId: null,
        stats: null,
        conclusive: null,
        flagged: null,
        error: {
          code: 'invalid_url',
          message: 'VirusTotal does not take this URL.',
          detail: 'Unable to canonicalize url',
        },
        completedAt: expect.any(String),
      },
    ]);
  });

  it('shows no error while a task is only tried again', async () => {
    const { id } = (await api.post('/scans')).body.data as { id: string };
    const [task] = await tasksOf(app, id);
    await app.nest.get(TaskProgress).retryLater(task!, 60_000, 'HTTP 503');

    expect((await api.get(`/scans/${id}/tasks`)).body.data[0]).toMatchObject({
      state: 'pending',
      error: null,
    });
  });

  it('says why it waits and until when', async () => {
    const until = new Date('2031-01-02T00:00:00.000Z');
    await app.nest.get(ScanStateService).waiting({ reason: 'day_quota_spent', until });

    expect((await api.get('/scans/latest')).body.data).toMatchObject({
      state: 'waiting',
      reason: 'day_quota_spent',
      waitingUntil: until.toISOString(),
    });
  });

  it('cancels one, and says so the second time', async () => {
    const { id } = (await api.get('/scans/latest')).body.data as { id: string };
    const cancelled = await api.post(`/scans/${id}/cancel`);
    const again = await api.post(`/scans/${id}/cancel`);

    expect(cancelled.status).toBe(200);
    expect(cancelled.body.data).toMatchObject({
      id,
      state: 'cancelled',
      reason: null,
      waitingUntil: null,
      counts: { pending: 0, skipped: 2 },
      finishedAt: expect.any(String),
    });
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ code: 'SCAN.ENDED' });
  });

  it('takes an id that is given twice once, and the latest one is still over all', async () => {
    const { id } = await aPlatform(app);
    const latest = await api.get('/scans/latest');
    const begun = await api.post('/scans', { platformIds: [String(id), String(id)] });

    expect(begun.status).toBe(202);
    expect(begun.body.data.counts).toMatchObject({ total: 1, pending: 1 });
    expect((await api.get('/scans/latest')).body.data.id).toBe(latest.body.data.id);
    await api.post(`/scans/${begun.body.data.id}/cancel`);
  });

  it('takes 50 ids', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 50; count += 1) ids.push(String((await aPlatform(app)).id));
    const begun = await api.post('/scans', { platformIds: ids });

    expect(begun.status).toBe(202);
    expect(begun.body.data.counts.total).toBe(50);
    const page = await api.get(`/scans/${begun.body.data.id}/tasks?limit=30`);
    const rest = await api.get(
      `/scans/${begun.body.data.id}/tasks?limit=30&cursor=${page.body.meta.nextCursor}`,
    );
    expect(
      [...page.body.data, ...rest.body.data].map(
        (task: { platform: { id: string } }) => task.platform.id,
      ),
    ).toEqual(ids);
    expect(rest.body.meta.nextCursor).toBeNull();
  });

  it('pages through all scans, newest first', async () => {
    const ids: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: { data: { id: string }[]; meta: { nextCursor: string | null } } } =
        await api.get(`/scans?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      ids.push(...page.body.data.map(({ id }) => Number(id)));
      cursor = page.body.meta.nextCursor;
    }

    expect(ids).toHaveLength(await storedScans());
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
  });
});

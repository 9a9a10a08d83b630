import { TaskQueue } from '../../src/scan/task-queue.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import {
  completeTask,
  startWithIdleEngine,
  submitTask,
  tasksOf,
  verdictsOf,
} from '../support/scan-drive.js';

describeOnEachDatabase('scans beside each other', (database) => {
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  const begin = async (...platformIds: number[]): Promise<string> => {
    const body = platformIds.length > 0 ? { platformIds: platformIds.map(String) } : {};
    const begun = await api.post('/scans', body);
    expect(begun.status).toBe(202);
    return begun.body.data.id as string;
  };
  const scan = async (id: string) => (await api.get(`/scans/${id}`)).body.data;
  const states = async (id: string) => (await tasksOf(app, id)).map(({ state }) => state);
  /** The platform that the engine would turn to. */
  const nextUp = async () => {
    const choice = { onlyUrgent: false, except: [], leastFaultyFirst: false };
    const [job] = await app.nest.get(TaskQueue).next(new Date(), choice, 1);
    return job?.task.platformId;
  };

  it('a named scan joins the task of one over all, moves it to the front, and ends with it', async () => {
    const first = await aPlatform(app);
    const wanted = await aPlatform(app);
    const all = await begin();
    expect(await nextUp()).toBe(first.id);

    const named = await begin(wanted.id);
    expect(await nextUp()).toBe(wanted.id);
    const [, worker] = await tasksOf(app, all);
    const [joined] = await tasksOf(app, named);
    expect(joined).toMatchObject({ joinedTaskId: worker!.id, openPlatformId: null });

    const analysisId = await submitTask(app, worker!);
    expect(await states(named)).toEqual(['submitted']);
    await completeTask(app, worker!, verdictsOf({ ESET: ['suspicious', 'odd'] }));

    const { body } = await api.get(`/scans/${named}/tasks`);
    expect(body.data[0]).toMatchObject({
      state: 'completed',
      analysisId,
      stats: { suspicious: 1, harmless: 25 },
      flagged: true,
    });
    expect(await scan(named)).toMatchObject({ state: 'completed', counts: { flagged: 1 } });
    expect(await states(all)).toEqual(['pending', 'completed']);
    // It was one look: the history has it once.
    const history = await api.get(`/platforms/${wanted.id}/history`);
    expect(history.body.data.map(({ scanId }: { scanId: string }) => scanId)).toEqual([all]);

    await api.post(`/scans/${all}/cancel`);
    await api.delete(`/platforms/${first.id}`);
    await api.delete(`/platforms/${wanted.id}`);
  });

  it('cancelling collects what is submitted, skips the rest, and hands over what others joined', async () => {
    const [submitted, joinedTwice, alone] = [
      await aPlatform(app),
      await aPlatform(app),
      await aPlatform(app),
    ];
    const all = await begin();
    const [task] = await tasksOf(app, all);
    await submitTask(app, task!);
    const heirs = await begin(joinedTwice.id);
    const followers = await begin(joinedTwice.id);

    const cancelled = await api.post(`/scans/${all}/cancel`);
    expect(cancelled.body.data).toMatchObject({ state: 'cancelled', finishedAt: null });
    expect(await states(all)).toEqual(['submitted', 'skipped', 'skipped']);
    const { body } = await api.get(`/scans/${all}/tasks`);
    expect(body.data[2].error).toEqual({
      code: 'scan_cancelled',
      message: 'The scan was cancelled.',
      detail: null,
    });

    const [heir] = await tasksOf(app, heirs);
    const [follower] = await tasksOf(app, followers);
    expect(heir).toMatchObject({
      state: 'pending',
      joinedTaskId: null,
      openPlatformId: joinedTwice.id,
    });
    expect(follower).toMatchObject({ state: 'pending', joinedTaskId: heir!.id });
    await completeTask(app, heir!, verdictsOf({}));
    expect(await scan(heirs)).toMatchObject({ state: 'completed' });
    expect(await scan(followers)).toMatchObject({ state: 'completed', counts: { completed: 1 } });

    await completeTask(app, task!, verdictsOf({}));
    expect(await scan(all)).toMatchObject({
      state: 'cancelled',
      counts: { completed: 1, skipped: 2 },
      finishedAt: expect.any(String),
    });
    for (const { id } of [submitted, joinedTwice, alone]) await api.delete(`/platforms/${id}`);
  });

  it('a scan over all may follow as soon as the cancelled one has collected its last', async () => {
    const platform = await aPlatform(app);
    const all = await begin();
    const [task] = await tasksOf(app, all);
    await submitTask(app, task!);
    await api.post(`/scans/${all}/cancel`);
    expect((await api.post('/scans')).body).toMatchObject({ scanId: all });

    await completeTask(app, task!, verdictsOf({}));
    const next = await begin();
    expect(await states(next)).toEqual(['pending']);

    expect((await api.delete(`/platforms/${platform.id}`)).status).toBe(204);
    expect(await scan(next)).toMatchObject({ state: 'completed', counts: { skipped: 1 } });
    expect((await api.get(`/scans/${next}/tasks`)).body.data[0].error.code).toBe(
      'platform_removed',
    );
  });

  it('removing a platform skips it in every scan that waits for it', async () => {
    const platform = await aPlatform(app);
    const stays = await aPlatform(app);
    const all = await begin();
    const named = await begin(platform.id);
    await api.delete(`/platforms/${platform.id}`);

    expect(await states(all)).toEqual(['skipped', 'pending']);
    expect(await states(named)).toEqual(['skipped']);
    expect(await scan(named)).toMatchObject({ state: 'completed', counts: { skipped: 1 } });
    await api.post(`/scans/${all}/cancel`);
    await api.delete(`/platforms/${stays.id}`);
  });

  it('two requests at one moment begin one scan over all', async () => {
    await aPlatform(app);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => api.post('/scans')));

    const begun = answers.filter(({ status }) => status === 202);
    expect(begun).toHaveLength(1);
    for (const refused of answers.filter(({ status }) => status !== 202)) {
      expect(refused.status).toBe(409);
      expect(refused.body.scanId).toBe(begun[0]!.body.data.id);
    }
  });
});

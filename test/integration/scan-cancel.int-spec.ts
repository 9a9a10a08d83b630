import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { OjuMysqlQueryRunner } from '../../src/database/mysql-query-runner.js';
import { SqliteQueryRunner } from '../../src/database/sqlite-query-runner.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { ScanEnd } from '../../src/scan/scan-end.service.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { TaskService } from '../../src/scan/task.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import {
  completeTask,
  startWithIdleEngine,
  submitTask,
  verdictsOf,
} from '../support/scan-drive.js';
import { onlyTask, scanRow, taskRows } from '../support/scan-rows.js';

const asked = { trigger: 'api', requestedBy: null } as const;
const MANY = 2500;

describeOnEachDatabase('a cancelled scan', (database) => {
  let app: TestApp;
  let scans: ScanService;
  let ends: ScanEnd;
  let platform: Platform;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    scans = app.nest.get(ScanService);
    ends = app.nest.get(ScanEnd);
  });
  beforeEach(async () => {
    platform = await aPlatform(app);
  });
  afterEach(async () => {
    const unitOfWork = app.nest.get(UnitOfWork);
    await unitOfWork.repository(ScanTask).createQueryBuilder().delete().execute();
    for (const { id } of await scans.open()) {
      await unitOfWork.run(() => app.nest.get(ScanEnd).finishIfDone(id));
    }
    await unitOfWork.repository(Platform).update({ isActive: true }, { isActive: false });
  });
  afterAll(async () => {
    await app.stop();
  });

  const overAll = () => scans.startOverAll(asked);
  const named = (...ids: number[]) => scans.startNamed(ids.length > 0 ? ids : [platform.id], asked);
  const task = (scan: { id: number }) => onlyTask(app.nest, scan.id);

  it('takes back the hurry of what it joined, unless another wants that as urgently', async () => {
    const all = await overAll();
    const [first, second] = [await named(), await named()];
    expect(await task(all)).toMatchObject({ isUrgent: true });

    await ends.cancel(first.id);
    expect(await task(all)).toMatchObject({ isUrgent: true, state: 'pending' });
    await ends.cancel(second.id);
    expect(await task(all)).toMatchObject({ isUrgent: false, state: 'pending' });
  });

  it('leaves a named scan’s own task urgent when another named one that joined it is cancelled', async () => {
    const own = await named();
    const joining = await named();
    await ends.cancel(joining.id);

    expect(await task(own)).toMatchObject({ isUrgent: true, state: 'pending' });
  });

  it('hands the hurry over with the work', async () => {
    const first = await named();
    const all = await overAll();
    const second = await named();
    expect(await task(all)).toMatchObject({ isUrgent: false });

    await ends.cancel(first.id);
    const heir = await task(all);
    expect(heir).toMatchObject({ joinedTaskId: null, isUrgent: true, state: 'pending' });
    expect(await task(second)).toMatchObject({ joinedTaskId: heir.id });
    await ends.cancel(second.id);
    expect(await task(all)).toMatchObject({ isUrgent: false });
  });

  it('hands its work over to a task that is open, and wakes none that has ended', async () => {
    const first = await named();
    const [gone, heir, other] = [await named(), await named(), await named()];
    await ends.cancel(gone.id);
    const before = await task(gone);
    await ends.cancel(first.id);

    expect(before).toMatchObject({ state: 'skipped' });
    expect(await task(gone)).toEqual(before);
    const inherited = await task(heir);
    expect(inherited).toMatchObject({
      state: 'pending',
      joinedTaskId: null,
      openPlatformId: platform.id,
    });
    expect(await task(other)).toMatchObject({ state: 'pending', joinedTaskId: inherited.id });
    await completeTask(app, inherited, verdictsOf({}));
    expect(await scanRow(app.nest, other.id)).toMatchObject({ state: 'completed' });
    expect(await scanRow(app.nest, gone.id)).toMatchObject({ state: 'cancelled' });
  });

  it('skips, hands over and leaves alone each of its tasks as that task stands', async () => {
    const [submitted, wanted, joined] = [
      await aPlatform(app),
      await aPlatform(app),
      await aPlatform(app),
    ];
    const before = await named(joined.id);
    const all = await overAll();
    const rows = () => taskRows(app.nest, all.id);
    await submitTask(
      app,
      (await rows()).find((t) => t.platformId === submitted.id)!,
    );
    const after = await named(wanted.id, submitted.id);
    const cancelled = await ends.cancel(all.id);

    expect(cancelled).toMatchObject({ state: 'cancelled', finishedAt: null });
    const state = (id: number) => rows().then((all) => all.find((t) => t.platformId === id)!.state);
    expect(await state(submitted.id)).toBe('submitted');
    for (const id of [platform.id, wanted.id, joined.id]) expect(await state(id)).toBe('skipped');
    expect(await task(before)).toMatchObject({ state: 'pending', openPlatformId: joined.id });
    expect(await taskRows(app.nest, after.id)).toMatchObject([
      { state: 'pending', openPlatformId: wanted.id, joinedTaskId: null },
      { state: 'submitted', openPlatformId: null },
    ]);
  });

  it('of thousands of platforms costs the database few statements', async () => {
    await addPlatforms(MANY);
    const all = await overAll();
    const wanted = (await taskRows(app.nest, all.id)).slice(0, 50).map((t) => t.platformId);
    const heirs = await named(...wanted);
    const queries = [
      jest.spyOn(SqliteQueryRunner.prototype, 'query'),
      jest.spyOn(OjuMysqlQueryRunner.prototype, 'query'),
    ];
    await ends.cancel(all.id);
    const statements = queries.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    jest.restoreAllMocks();

    expect(statements).toBeLessThan(100);
    expect(await scanRow(app.nest, all.id)).toMatchObject({ state: 'cancelled' });
    const counts = await app.nest.get(TaskService).counts([all.id, heirs.id]);
    expect(counts.get(all.id)).toMatchObject({ total: MANY + 1, skipped: MANY + 1 });
    expect(counts.get(heirs.id)).toMatchObject({ pending: 50 });
    for (const heir of await taskRows(app.nest, heirs.id)) {
      expect(heir).toMatchObject({ joinedTaskId: null, openPlatformId: heir.platformId });
    }
  }, 60_000);

  const addPlatforms = async (count: number) => {
    const rows = Array.from({ length: count }, (_, number) => {
      const url = `https://many${number}.example.org/`;
      return Object.assign({}, platform, { id: platform.id + 1 + number, url, urlKey: url });
    });
    await app.nest.get(UnitOfWork).run(async () => {
      const platforms = app.nest.get(UnitOfWork).repository(Platform);
      for (let start = 0; start < count; start += 500) {
        await platforms.insert(rows.slice(start, start + 500));
      }
    });
  };
});

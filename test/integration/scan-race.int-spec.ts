import { UnitOfWork } from '../../src/database/unit-of-work.js';
import type { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { PlatformRemoval } from '../../src/scan/platform-removal.service.js';
import { ScanStateService } from '../../src/scan/scan-state.service.js';
import type { ScanTask } from '../../src/scan/scan-task.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { ScanEnd } from '../../src/scan/scan-end.service.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { TaskProgress } from '../../src/scan/task-progress.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { overlap, overlapWell } from '../support/overlap.js';
import { completeTask, startWithIdleEngine, verdictsOf } from '../support/scan-drive.js';
import { onlyTask, scanRow, taskRows } from '../support/scan-rows.js';

const asked = { trigger: 'api', requestedBy: null } as const;

describeOnEachDatabase('scans that several transactions change', (database) => {
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
    for (const { id } of await scans.open()) {
      for (const task of await taskRows(app.nest, id)) await complete(task.id);
    }
    const left = await scans.open();
    for (const { id } of left) await app.nest.get(UnitOfWork).repository(Scan).delete(id);
    await app.nest.get(PlatformService).archive(platform.id);
    // Whatever happened, no scan may be left that nothing will end.
    expect(left).toEqual([]);
  });
  afterAll(async () => {
    await app.stop();
  });

  const overAll = () => scans.startOverAll(asked);
  const named = () => scans.startNamed([platform.id], asked);
  const task = (scan: Scan) => onlyTask(app.nest, scan.id);
  const fail = (doing: ScanTask) =>
    app.nest.get(TaskProgress).failed(doing, { errorCode: 'invalid_url' });
  const skip = (doing: ScanTask) => app.nest.get(TaskProgress).skipped(doing, 'platform_inactive');
  const complete = async (id: number) => {
    const open = (await Promise.all((await scans.open()).map((s) => taskRows(app.nest, s.id))))
      .flat()
      .find((row) => row.id === id);
    if (open?.openPlatformId !== null && open) await completeTask(app, open, verdictsOf({}));
  };

  it('one that begins while the task it would join ends does the platform itself', async () => {
    const doing = await task(await overAll());
    const [, later] = await overlapWell(app.nest, () => fail(doing), named);

    expect(await task(later)).toMatchObject({
      state: 'pending',
      joinedTaskId: null,
      openPlatformId: platform.id,
    });
  });

  it('a task that ends while a scan over all joins it ends that one too', async () => {
    const doing = await task(await named());
    const [joining] = await overlapWell(app.nest, overAll, () => fail(doing));

    expect(await task(joining)).toMatchObject({ state: 'failed', joinedTaskId: doing.id });
    expect(await scanRow(app.nest, joining.id)).toMatchObject({ state: 'completed_with_errors' });
  });

  it('a scan that is cancelled while another joins its task leaves the work to that one', async () => {
    const first = await named();
    const [joining] = await overlapWell(app.nest, overAll, () => ends.cancel(first.id));

    expect((await task(first)).state).toBe('skipped');
    expect(await task(joining)).toMatchObject({
      state: 'pending',
      joinedTaskId: null,
      openPlatformId: platform.id,
    });
  });

  it('one that begins while the task it would join is handed over joins the heir', async () => {
    const first = await named();
    const heir = await named();
    const [, joining] = await overlapWell(app.nest, () => ends.cancel(first.id), overAll);

    const inherited = await task(heir);
    expect(inherited).toMatchObject({ joinedTaskId: null, openPlatformId: platform.id });
    expect((await task(joining)).joinedTaskId).toBe(inherited.id);
  });

  it('a platform that is removed while a scan takes it in is skipped in that one too', async () => {
    const first = await named();
    const [joining] = await overlapWell(app.nest, overAll, () =>
      app.nest.get(PlatformRemoval).remove(platform.id),
    );

    for (const scan of [first, joining]) {
      expect(await task(scan)).toMatchObject({ state: 'skipped', errorCode: 'platform_removed' });
    }
  });

  it('a platform that is removed while its first scan begins is skipped', async () => {
    const [first] = await overlapWell(app.nest, named, () =>
      app.nest.get(PlatformRemoval).remove(platform.id),
    );

    expect(await task(first)).toMatchObject({ state: 'skipped', errorCode: 'platform_removed' });
  });

  it('a task that a cancelled scan skips stays skipped when the one it joined ends', async () => {
    const doing = await task(await overAll());
    const joined = await named();
    await overlapWell(
      app.nest,
      () => ends.cancel(joined.id),
      () => fail(doing),
    );

    expect(await task(joined)).toMatchObject({ state: 'skipped', errorCode: 'scan_cancelled' });
    expect(await scanRow(app.nest, joined.id)).toMatchObject({ state: 'cancelled' });
  });

  it('a scan that ends while it is cancelled has ended', async () => {
    const scan = await named();
    const doing = await task(scan);
    const [, cancelling] = await overlap(
      app.nest,
      () => fail(doing),
      () => ends.cancel(scan.id),
    );

    expect(cancelling).toMatchObject({ status: 'rejected', reason: { code: 'SCAN.ENDED' } });
    expect(await scanRow(app.nest, scan.id)).toMatchObject({ state: 'completed_with_errors' });
  });

  it('two of one platform that begin at one moment are one task', async () => {
    const [one, other] = await overlapWell(app.nest, named, named);

    expect((await task(other)).joinedTaskId).toBe((await task(one)).id);
  });

  it.each([
    ['with a request', (doing: ScanTask) => fail(doing), 'completed_with_errors'],
    ['without one', (doing: ScanTask) => skip(doing), 'completed'],
  ])(
    'of two last tasks that end at one moment, %s, the second ends the scan',
    async (_how, end, state) => {
      const second = await aPlatform(app);
      const scan = await scans.startNamed([platform.id, second.id], asked);
      const [one, other] = await taskRows(app.nest, scan.id);
      await overlapWell(
        app.nest,
        () => end(one!),
        () => end(other!),
      );

      expect(await scanRow(app.nest, scan.id)).toMatchObject({
        state,
        finishedAt: expect.any(Date),
      });
      await app.nest.get(PlatformService).archive(second.id);
    },
  );

  it('a wait is not written over a scan that ended meanwhile', async () => {
    const scan = await named();
    const doing = await task(scan);
    await overlapWell(
      app.nest,
      () => fail(doing),
      () => app.nest.get(ScanStateService).waiting({ reason: 'key_rejected', until: null }),
    );

    expect(await scanRow(app.nest, scan.id)).toMatchObject({
      state: 'completed_with_errors',
      reason: null,
    });
  });
});

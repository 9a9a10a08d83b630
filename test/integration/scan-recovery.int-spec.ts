import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { completeTask, startWithIdleEngine, verdictsOf } from '../support/scan-drive.js';
import { onlyTask, scanRow } from '../support/scan-rows.js';

const asked = { trigger: 'api', requestedBy: null } as const;

describeOnEachDatabase('a start', (database) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
  });
  afterAll(async () => {
    await app.stop();
  });

  const restart = async () => {
    await app.stop();
    app = await TestApp.start({ env: database().env });
  };
  const tasks = () => app.nest.get(UnitOfWork).repository(ScanTask);
  const begin = async (id: number) => app.nest.get(ScanService).startNamed([id], asked);

  it('ends a scan whose tasks have all ended', async () => {
    const { id } = await aPlatform(app);
    const scan = await begin(id);
    await tasks().update({ scanId: scan.id }, { state: 'failed', openPlatformId: null });
    await restart();

    expect(await scanRow(app.nest, scan.id)).toMatchObject({
      state: 'completed_with_errors',
      finishedAt: expect.any(Date),
    });
  });

  it('gives a task its own work again when the one that it joined has ended without it', async () => {
    const { id } = await aPlatform(app);
    const [scan, stray, other] = [await begin(id), await begin(id), await begin(id)];
    await tasks().update({ scanId: scan.id }, { state: 'completed', openPlatformId: null });
    await restart();

    expect(await scanRow(app.nest, scan.id)).toMatchObject({ state: 'completed' });
    const working = await onlyTask(app.nest, stray.id);
    expect(working).toMatchObject({ state: 'pending', joinedTaskId: null, openPlatformId: id });
    expect(await onlyTask(app.nest, other.id)).toMatchObject({ joinedTaskId: working.id });
    await completeTask(app, working, verdictsOf({}));
    for (const { id } of [stray, other]) {
      expect(await scanRow(app.nest, id)).toMatchObject({ state: 'completed' });
    }
  });

  it('sees what an older version joined without saying so on the task', async () => {
    const { id } = await aPlatform(app);
    const [scan, joining] = [await begin(id), await begin(id)];
    await tasks().update({ scanId: scan.id }, { isJoined: false });
    await restart();

    await completeTask(app, await onlyTask(app.nest, scan.id), verdictsOf({}));
    for (const { id } of [scan, joining]) {
      expect(await scanRow(app.nest, id)).toMatchObject({ state: 'completed' });
    }
  });
});

import type { Platform } from '../../src/platform/platform.entity.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { BudgetPlace } from '../../src/virustotal/budget-place.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { EngineBench } from '../support/engine-bench.js';
import { aPlatform } from '../support/factories.js';
import { fillUpOn, refuseWrite } from '../support/refusing-database.js';
import { scanRow, taskRows } from '../support/scan-rows.js';

const asked = { trigger: 'api', requestedBy: null } as const;

// Hours of the engine, step by step.
jest.setTimeout(60_000);

describeOnEachDatabase('a fault of our own', (database) => {
  let bench: EngineBench;
  let scans: ScanService;
  let broken: Platform;
  let sound: Platform;

  beforeAll(async () => {
    bench = await EngineBench.start(database());
    scans = bench.nest.get(ScanService);
    broken = await aPlatform(bench);
    sound = await aPlatform(bench);
  });
  beforeEach(() => {
    bench.standIn.reset();
    bench.complaints.length = 0;
  });
  afterAll(async () => {
    await bench.stop();
  });

  const begin = async () => (await scans.startOverAll(asked)).id;
  const hasEnded = (id: number) => async () => (await scanRow(bench.nest, id)).finishedAt !== null;
  const taskOf = async (scanId: number, { id }: Platform) =>
    (await taskRows(bench.nest, scanId)).find(({ platformId }) => platformId === id)!;
  const completing = () => ({
    write: 'UPDATE ON scan_tasks',
    when: `NEW.state = 'completed' AND NEW.platform_id = ${broken.id}`,
  });

  it('while an answer is kept is tried four times, then fails the task, and holds up no other', async () => {
    const repair = await refuseWrite(bench.nest, completing());
    const id = await begin();
    await bench.until(hasEnded(id));
    await repair();

    expect(await scanRow(bench.nest, id)).toMatchObject({ state: 'completed_with_errors' });
    expect((await taskOf(id, sound)).state).toBe('completed');
    const task = await taskOf(id, broken);
    expect(task).toMatchObject({ state: 'failed', errorCode: 'internal' });
    // The engine tells an operator each time.
    expect(bench.complaints).toHaveLength(4);
    for (const complaint of bench.complaints) expect(complaint).toContain('refused');
  });

  it('while a refusal of the URL is kept is counted as well', async () => {
    const repair = await refuseWrite(bench.nest, {
      write: 'UPDATE ON scan_tasks',
      when: `NEW.error_code = 'invalid_url'`,
    });
    bench.standIn.fault({ kind: 'status', status: 400, url: broken.urlKey, count: 'always' });
    const id = await begin();
    await bench.until(hasEnded(id));
    await repair();

    expect(await taskOf(id, broken)).toMatchObject({ state: 'failed', errorCode: 'internal' });
  });

  it('after faults of the service begins its own count', async () => {
    bench.standIn.fault({ kind: 'status', status: 503, url: broken.urlKey, count: 3 });
    const repair = await refuseWrite(bench.nest, {
      write: 'UPDATE ON scan_tasks',
      when: `NEW.state = 'submitted' AND NEW.platform_id = ${broken.id}`,
    });
    const id = await begin();
    await bench.until(() => bench.complaints.length === 3);
    await repair();
    await bench.until(hasEnded(id));

    expect(bench.standIn.stats().faultsPending).toBe(0);
    expect((await taskOf(id, broken)).state).toBe('completed');
  });

  it('that is the database’s is waited for, fails no task, and costs fewer and fewer requests', async () => {
    const repair = await fillUpOn(bench.nest, completing());
    const id = await begin();
    await bench.until(() => bench.complaints.length === 2);
    const began = bench.clock.now().getTime();
    await bench.until(() => bench.complaints.length === 12);
    const minutes = (bench.clock.now().getTime() - began) / 60_000;
    expect(await taskOf(id, broken)).toMatchObject({ state: 'submitted', faults: 0 });
    await repair();
    await bench.until(hasEnded(id));

    expect(await scanRow(bench.nest, id)).toMatchObject({ state: 'completed' });
    expect(10 / minutes).toBeLessThan(2);
  });

  it('when a job is to begin gives its place in the budget back', async () => {
    const repair = await refuseWrite(bench.nest, {
      write: 'UPDATE ON scans',
      when: `NEW.state = 'running'`,
    });
    const id = await begin();
    const places = bench.nest.get(UnitOfWork).repository(BudgetPlace);
    await bench.until(() => bench.complaints.length === 3);

    expect(await places.find()).not.toHaveLength(0);
    for (const { answeredAt } of await places.find()) expect(answeredAt).toBeInstanceOf(Date);
    expect(bench.standIn.stats().submissions).toEqual({});
    await repair();
    await bench.until(hasEnded(id));
    expect(await scanRow(bench.nest, id)).toMatchObject({ state: 'completed' });
  });
});

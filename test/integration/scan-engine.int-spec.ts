import { PlatformUrlError } from '../../src/platform/platform.errors.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { JobSource } from '../../src/scan/job-source.service.js';
import { ScanEnd } from '../../src/scan/scan-end.service.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { EngineBench } from '../support/engine-bench.js';
import { aPlatform } from '../support/factories.js';
import { overlapWell } from '../support/overlap.js';
import { onlyTask, scanRow } from '../support/scan-rows.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const asked = { trigger: 'api', requestedBy: null } as const;

describeOnEachDatabase('the scan engine', (database) => {
  let bench: EngineBench;
  let scans: ScanService;
  let ends: ScanEnd;
  let platforms: PlatformService;

  beforeAll(async () => {
    bench = await EngineBench.start(database());
    scans = bench.nest.get(ScanService);
    ends = bench.nest.get(ScanEnd);
    platforms = bench.nest.get(PlatformService);
  });
  beforeEach(() => {
    bench.standIn.reset();
  });
  afterEach(async () => {
    for (const scan of await scans.open()) {
      await bench.until(async () => (await scanRow(bench.nest, scan.id)).finishedAt !== null);
    }
    for (const { id } of await platforms.activePlatforms()) await platforms.archive(id);
  });
  afterAll(async () => {
    await bench.stop();
  });

  const named = (id: number) => scans.startNamed([id], asked);

  it('turns again to a job that had to wait, before those that were found with it', async () => {
    const made = [await aPlatform(bench), await aPlatform(bench)];
    await scans.startNamed(
      made.map(({ id }) => id),
      asked,
    );
    const jobs = bench.nest.get(JobSource);
    const first = await jobs.next([]);
    if (!('task' in first)) throw new Error('There is a job to do');
    jobs.giveBack(first);

    expect(await jobs.next([])).toMatchObject({ task: { id: first.task.id } });
    jobs.giveBack(first);
  });

  it('fixes a URL while its first submission is under way', async () => {
    const { id, urlKey } = await aPlatform(bench);
    await named(id);
    bench.standIn.fault({ kind: 'reset-after-accept', url: urlKey });
    // The request is at VirusTotal's end, and its answer will be lost.
    await bench.until(() => bench.standIn.stats().submissions[urlKey] === 1);

    await expect(
      platforms.update(id, { url: 'https://moved.example.org/' }),
    ).rejects.toBeInstanceOf(PlatformUrlError);
    expect((await platforms.get(id)).urlKey).toBe(urlKey);
  });

  it('goes on when the clock was set back by a day after a submission', async () => {
    const { id } = await aPlatform(bench);
    const scan = await named(id);
    await bench.until(async () => (await onlyTask(bench.nest, scan.id)).state === 'submitted');
    bench.clock.set(-DAY_MS);
    const setBackMs = bench.clock.monotonicMs();
    await bench.until(async () => (await scanRow(bench.nest, scan.id)).finishedAt !== null);
    bench.clock.set(DAY_MS);

    expect(bench.clock.monotonicMs() - setBackMs).toBeLessThan(10 * MINUTE_MS);
    expect(await onlyTask(bench.nest, scan.id)).toMatchObject({ state: 'completed' });
  });

  it('submits the URL as it stands once it is fixed, not as it was when the task was found', async () => {
    const { id } = await aPlatform(bench);
    await named(id);
    const submissions = () => bench.standIn.stats().submissions;
    await overlapWell(
      bench.nest,
      () => platforms.update(id, { url: 'https://corrected.example.org/' }),
      () => bench.until(() => Object.keys(submissions()).length > 0),
    );

    expect(submissions()).toEqual({ 'https://corrected.example.org/': 1 });
    expect(await platforms.get(id)).toMatchObject({
      submittedAt: expect.any(Date),
      virusTotalUrlId: expect.any(String),
    });
  });

  it('a named scan runs as soon as the task that it joined is worked on', async () => {
    const { id } = await aPlatform(bench);
    const all = await scans.startOverAll(asked);
    const joining = await named(id);
    expect(joining).toMatchObject({ state: 'queued', startedAt: null });
    const doing = () => onlyTask(bench.nest, all.id);
    await bench.until(async () => (await doing()).state === 'submitted');

    expect(await scanRow(bench.nest, joining.id)).toMatchObject({
      state: 'running',
      startedAt: expect.any(Date),
    });
  });

  it('a named scan that joins a submitted task runs from the start', async () => {
    const { id } = await aPlatform(bench);
    const all = await scans.startOverAll(asked);
    await bench.until(async () => (await onlyTask(bench.nest, all.id)).state === 'submitted');

    expect(await named(id)).toMatchObject({ state: 'running', startedAt: expect.any(Date) });
  });

  it('a cancelled scan stays cancelled while a task of it is collected for one that joined', async () => {
    const { id } = await aPlatform(bench);
    const all = await scans.startOverAll(asked);
    await bench.until(async () => (await onlyTask(bench.nest, all.id)).state === 'submitted');
    const joining = await named(id);
    await ends.cancel(all.id);
    await bench.until(async () => (await scanRow(bench.nest, joining.id)).finishedAt !== null);

    expect(await scanRow(bench.nest, all.id)).toMatchObject({ state: 'cancelled' });
    expect(await scanRow(bench.nest, joining.id)).toMatchObject({ state: 'completed' });
  });
});

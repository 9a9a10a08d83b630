import fc from 'fast-check';
import { In, IsNull } from 'typeorm';
import { SystemClock } from '../../src/config/clock.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { DetailsThinning, TASKS_A_BATCH } from '../../src/scan/details-thinning.service.js';
import { PastTasks } from '../../src/scan/past-tasks.service.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { TaskService } from '../../src/scan/task.service.js';
import { VerdictHistory } from '../../src/scan/verdict-history.service.js';
import { VerdictInterval } from '../../src/scan/verdict-interval.entity.js';
import { EngineNames } from '../../src/vendor/engine-names.service.js';
import { Engine } from '../../src/vendor/engine.entity.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { cases } from '../support/cases.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { unchangedScans } from '../support/long-past.js';
import { openDatabase } from '../support/open-database.js';
import {
  type Answered,
  expectedToStay,
  histories,
  live,
  type Round,
  shownAgain,
} from '../support/random-history.js';
import { startWithIdleEngine } from '../support/scan-drive.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEEP_DAYS = 30;
const NEVER = new AbortController().signal;

interface PastScan {
  taskId: string;
}

/** Others may have nothing that goes. */
const ONE_THAT_THINS: [Round[], Round[]] = [
  fc.sample(histories(12, 12), { seed: 20_261_126, numRuns: 1 })[0] ?? [],
  [],
];

describeOnEachDatabase('thinning', (database) => {
  const clock = new FakeClock();
  let app: TestApp;
  let api: ApiClient;
  let unitOfWork: UnitOfWork;

  beforeAll(async () => {
    app = await startWithIdleEngine(database(), { clock });
    api = await app.api('read');
    unitOfWork = app.nest.get(UnitOfWork);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await keep(null);
  });
  afterAll(async () => {
    await app.stop();
  });

  const keep = async (keepDetailsDays: number | null) => {
    await app.nest.get(VirusTotalSettingsService).update({ keepDetailsDays });
  };
  /** The service with its own pauses, in which `onPause` happens instead of time. */
  const thinner = (
    onPause: () => Promise<void> = () => Promise.resolve(),
    tasks = app.nest.get(PastTasks, { strict: false }),
  ) => {
    const pauses = Object.assign(new FakeClock(), { now: () => clock.now(), sleep: onPause });
    return new DetailsThinning(pauses, app.nest.get(VirusTotalSettingsService), tasks);
  };
  const tasksOf = (platformIds: number[]): Promise<ScanTask[]> =>
    unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .where('task.platformId IN (:...platformIds)', { platformIds })
      .orderBy('task.id')
      .getMany();
  const historyOf = async (platformId: number) =>
    (await api.get(`/platforms/${platformId}/history?limit=200`).expect(200)).body
      .data as PastScan[];
  const scansOf = async (ids: Iterable<number>) => {
    const shown: Record<string, unknown>[] = [];
    for (const id of ids) shown.push((await api.get(`/scans/${id}`).expect(200)).body.data);
    return shown;
  };
  const countsOf = (scanIds: number[]) => app.nest.get(TaskService).counts(scanIds);
  const withoutThinned = (scans: Record<string, unknown>[]) =>
    scans.map((scan) => ({ ...scan, thinned: null }));

  let gone = 0;
  const property = fc.asyncProperty(
    histories(12, 7),
    histories(3),
    async (rounds: Round[], later: Round[]) => {
      // Or the server would thin meanwhile, whenever the clock moves on.
      await keep(null);
      const ids = [(await aPlatform(app)).id, (await aPlatform(app)).id, (await aPlatform(app)).id];
      const told = await live(app, ids, rounds, () => clock.skip(15 * DAY_MS));
      await thinOthers(ids);
      const tasks = await tasksOf(ids);
      const scanIds = new Set(tasks.map(({ scanId }) => scanId));
      const scans = await scansOf(scanIds);
      const shown = new Map<number, PastScan[]>();
      for (const id of ids) shown.set(id, await historyOf(id));

      expect(await thinner().run(NEVER)).toBe(0);
      expect(await tasksOf(ids)).toEqual(tasks);

      await keep(KEEP_DAYS);
      const went = await thinner().run(NEVER);
      const stays = expectedToStay(
        tasks,
        told,
        new Date(clock.now().getTime() - KEEP_DAYS * DAY_MS),
      );
      const left = await tasksOf(ids);
      expect(left).toEqual(tasks.filter(({ id }) => stays.has(id)));
      expect(went).toBe(tasks.length - left.length);
      gone += went;

      const thinned = await scansOf(scanIds);
      expect(withoutThinned(thinned)).toEqual(withoutThinned(scans));
      for (const scan of thinned) {
        const ofScan = ({ scanId }: ScanTask) => String(scanId) === scan.id;
        expect(scan.thinned).toBe(tasks.filter(ofScan).length - left.filter(ofScan).length);
      }
      for (const [platformId, history] of shown) {
        const kept = history.filter(({ taskId }) => stays.has(Number(taskId)));
        expect(await historyOf(platformId)).toEqual(kept);
      }
      await expectAsAnswered(told, stays);

      expect(await thinner().run(NEVER)).toBe(0);
      expect(await tasksOf(ids)).toEqual(left);

      await expectAsAnswered(await live(app, ids, later));
      await expectAsAnswered(told, stays);
    },
  );
  const expectAsAnswered = async (told: Map<number, Answered[]>, stays?: Set<number>) => {
    for (const [platformId, answered] of told) {
      for (const { taskId, verdicts } of answered) {
        if (stays && !stays.has(taskId)) continue;
        expect(await shownAgain(app, platformId, taskId)).toEqual(verdicts);
      }
    }
  };

  it('keeps first, last, changed, failed and young, all that they tell, and every count', async () => {
    gone = 0;
    await fc.assert(property, {
      examples: [ONE_THAT_THINS],
      numRuns: cases(2),
      plugins: [fc.interruptAfterTimeLimit(45_000)],
    });
    expect(gone).toBeGreaterThan(0);
  }, 120_000);

  const faults: [fault: string, plant: (past: PastTasks) => void][] = [
    [
      'takes the scan before a change',
      (past) => {
        jest.spyOn(past, 'thinnable').mockImplementation(async (platformId, before) => {
          const isPast = { platformId, state: 'completed', joinedTaskId: IsNull() } as const;
          const tasks = await unitOfWork.repository(ScanTask).findBy(isPast);
          const spans = await unitOfWork.repository(VerdictInterval).findBy({ platformId });
          const begins = new Set(spans.map(({ fromTaskId }) => fromTaskId));
          return tasks
            .slice(1, -1)
            .filter(({ id, completedAt }) => completedAt! < before && !begins.has(id))
            .map(({ id }) => id);
        });
      },
    ],
    [
      'keeps no count',
      (past) => {
        const remove = (ids: readonly number[]) =>
          unitOfWork.repository(ScanTask).delete({ id: In([...ids]) });
        jest.spyOn(past, 'thin').mockImplementation(async (ids) => {
          await unitOfWork.run(() => remove(ids));
          return ids.length;
        });
      },
    ],
  ];
  it.each(faults)(
    'that %s: the same test finds it',
    async (_, plant) => {
      plant(app.nest.get(PastTasks));
      const { failed } = await fc.check(property, { numRuns: 25, endOnFailure: true });
      expect(failed).toBe(true);
    },
    120_000,
  );

  it('goes in small batches, lets others write between, and stops between two', async () => {
    const platform = await aPlatform(app);
    const scanIds = await unchangedScans(app, platform.id, 2 * TASKS_A_BATCH + 52, clock.now());
    const counts = await countsOf(scanIds);
    await clock.skip((KEEP_DAYS + 1) * DAY_MS);
    await keep(KEEP_DAYS);
    await thinOthers([platform.id]);
    const left: number[] = [];
    const stopping = new AbortController();
    const note = async () => {
      left.push((await tasksOf([platform.id])).length);
      // Nobody is held up meanwhile: on SQLite an open unit of work would be in the way.
      await unitOfWork.run(() =>
        unitOfWork.repository(Scan).update({ id: scanIds[0]! }, { requestedBy: null }),
      );
    };
    const noteAndStop = async () => {
      await note();
      if ((left.at(-1) ?? 0) < scanIds.length) stopping.abort();
    };

    expect(await thinner(noteAndStop).run(stopping.signal)).toBe(TASKS_A_BATCH);
    expect(await countsOf(scanIds)).toEqual(counts);
    expect(await thinner(note).run(NEVER)).toBe(TASKS_A_BATCH + 50);
    const steps = left.map((count, index) => (left[index - 1] ?? scanIds.length) - count);
    expect(Math.max(...steps)).toBe(TASKS_A_BATCH);
    const first = scanIds[0]!;
    const last = scanIds.at(-1)!;
    const remaining = await tasksOf([platform.id]);
    expect(remaining.map(({ scanId }) => scanId)).toEqual([first, last]);
    expect(await countsOf(scanIds)).toEqual(counts);
  }, 120_000);

  it('stops with the batch under way once the setting is off', async () => {
    const platform = await aPlatform(app);
    const scanIds = await unchangedScans(app, platform.id, TASKS_A_BATCH + 12, clock.now());
    await clock.skip((KEEP_DAYS + 1) * DAY_MS);
    await thinOthers([platform.id]);
    await keep(KEEP_DAYS);
    const off = async () => {
      if ((await tasksOf([platform.id])).length < scanIds.length) await keep(null);
    };
    expect(await thinner(off).run(NEVER)).toBe(TASKS_A_BATCH);
  }, 60_000);

  it('keeps the scans on either side of a confirmed rename: from then on another name clears', async () => {
    const platform = await aPlatform(app);
    await unchangedScans(app, platform.id, 8, clock.now());
    const tasks = await tasksOf([platform.id]);
    const names = await app.nest.get(EngineService).ensure(['Before', 'After'], clock.now());
    await unitOfWork.run(() =>
      unitOfWork.repository(Engine).update(names.get('Before')!, {
        renamedToId: names.get('After')!,
        renamedAt: new Date(tasks[3]!.completedAt!.getTime() + 1000),
      }),
    );

    const later = new Date(clock.now().getTime() + DAY_MS);
    const found = await app.nest.get(PastTasks, { strict: false }).thinnable(platform.id, later);

    expect(found).toEqual([1, 2, 5, 6].map((index) => tasks[index]!.id));
    await app.nest.get(EngineNames).separate(names.get('Before')!);
  });

  it('is undone with its counts when it fails in the middle', async () => {
    const platform = await aPlatform(app);
    const scanIds = await unchangedScans(app, platform.id, 5, clock.now());
    const tasks = await tasksOf([platform.id]);
    const failing = unitOfWork.run(async () => {
      expect(await app.nest.get(PastTasks).thin([tasks[1]!.id, tasks[2]!.id])).toBe(2);
      throw new Error('killed');
    });
    await expect(failing).rejects.toThrow('killed');
    expect(await tasksOf([platform.id])).toEqual(tasks);
    expect((await scansOf(scanIds)).map(({ thinned }) => thinned)).toEqual([0, 0, 0, 0, 0]);
  });

  it('counts each task once, however many instances are at it', async () => {
    const platform = await aPlatform(app);
    const scanIds = await unchangedScans(app, platform.id, 330, clock.now());
    const counts = await countsOf(scanIds);
    await clock.skip((KEEP_DAYS + 1) * DAY_MS);
    await thinOthers([platform.id]);
    const instances = await Promise.all(
      [1, 2, 3].map(() => openDatabase(database(), new SystemClock())),
    );
    await keep(KEEP_DAYS);

    const went = await Promise.all(
      instances.map((open) =>
        thinner(undefined, new PastTasks(open.unitOfWork, new VerdictHistory(open.unitOfWork))).run(
          NEVER,
        ),
      ),
    );
    expect(went.reduce((sum, count) => sum + count, 0)).toBe(328);
    expect(await tasksOf([platform.id])).toHaveLength(2);
    expect(await countsOf(scanIds)).toEqual(counts);
    for (const { dataSource } of instances) await dataSource.destroy();
  }, 120_000);

  it('leaves what a platform needed in requests, and the task list of a scan, as they were told', async () => {
    const platform = await aPlatform(app);
    const scanIds = await unchangedScans(app, platform.id, 40, clock.now());
    const measured = await app.nest.get(ScanService).measuredRequestsPerPlatform();
    await clock.skip((KEEP_DAYS + 1) * DAY_MS);
    await keep(KEEP_DAYS);
    await thinner().run(NEVER);
    expect(await app.nest.get(ScanService).measuredRequestsPerPlatform()).toBe(measured);

    const browser = await app.browser('viewer');
    const { page } = await browser.open(`/scans/${scanIds[3]!}`);
    expect(page('main').text()).toContain(
      'The details of 1 platform in which nothing changed were thinned out; the counts above include it.',
    );
    expect(page('main').text()).not.toContain('no active platform');
    expect(page('[data-count=completed]').text()).toBe('1');
    const whole = (await browser.open(`/scans/${scanIds[0]!}`)).page('main').text();
    expect(whole).not.toContain('thinned');
    expect(whole).toContain(platform.name);
  });

  /** Takes away what earlier tests left to thin, so that only these platforms have any. */
  async function thinOthers(platformIds: readonly number[]): Promise<void> {
    const past = app.nest.get(PastTasks, { strict: false });
    const before = new Date(clock.now().getTime() - KEEP_DAYS * DAY_MS);
    for (let id = await past.platformAfter(0); id !== null; id = await past.platformAfter(id)) {
      const found = platformIds.includes(id) ? [] : await past.thinnable(id, before);
      if (found.length > 0) await past.thin(found);
    }
  }
});

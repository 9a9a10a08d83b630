import fc from 'fast-check';
import type { Verdict } from '../../src/alert/verdict.rules.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { VerdictHistory } from '../../src/scan/verdict-history.service.js';
import { VerdictInterval } from '../../src/scan/verdict-interval.entity.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { startWithIdleEngine } from '../support/scan-drive.js';

const ENGINES = ['Kaspersky', 'kaspersky', 'Káspersky', 'ESET', 'Zeta'];
const AT = new Date('2026-03-02T09:00:00.000Z');

/** What one engine says: nothing at all, or a verdict in which case, accents and null count. */
const said = fc.option(
  fc.record({
    category: fc.constantFrom('harmless', 'undetected', 'malicious', 'timeout', 'brand-new'),
    result: fc.constantFrom('clean', 'Clean', 'cléan', '', 'emoji 🐍', null),
    method: fc.constantFrom('blacklist', 'Blacklist', null),
  }),
);

/** A platform's scans: what each engine says in each, and whether the task completes. */
const histories = fc.array(
  fc.record({
    completes: fc.boolean(),
    saids: fc.tuple(said, said, said, said, said),
  }),
  { minLength: 1, maxLength: 7 },
);

describeOnEachDatabase('the history of verdicts', (database) => {
  let app: TestApp;
  let unitOfWork: UnitOfWork;
  let history: VerdictHistory;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    unitOfWork = app.nest.get(UnitOfWork);
    history = app.nest.get(VerdictHistory);
  });
  afterAll(async () => {
    await app.stop();
  });

  const scan = async (platformId: number, completes: boolean): Promise<ScanTask> => {
    const { id: scanId } = await unitOfWork.repository(Scan).save({
      trigger: 'manual',
      state: 'completed',
      isOverAll: false,
      createdAt: AT,
    });
    return unitOfWork.repository(ScanTask).save({
      scanId,
      platformId,
      position: 0,
      state: completes ? 'completed' : 'failed',
      completedAt: AT,
    });
  };
  const shown = (intervals: VerdictInterval[]) =>
    intervals
      .map(({ engine, category, result, method }) => ({
        engine: engine!.name,
        category,
        result,
        method,
      }))
      .sort((a, b) => ENGINES.indexOf(a.engine) - ENGINES.indexOf(b.engine));

  it('shows every scan again as it was recorded, and writes nothing for what stays', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (scans) => {
        const platform = await aPlatform(app);
        const other = await aPlatform(app);
        const recorded = new Map<number, object[]>();
        let latest: object[] = [];
        let openings = 0;
        for (const { completes, saids } of scans) {
          const task = await unitOfWork.run(async () => {
            const ids = await app.nest.get(EngineService).ensure(ENGINES, AT);
            const task = await scan(platform.id, completes);
            if (!completes) return task;
            const verdicts = saids.flatMap((verdict, index): Verdict[] =>
              verdict ? [{ engine: ids.get(ENGINES[index]!)!, ...verdict }] : [],
            );
            await history.record(task, verdicts);
            // Another platform's scans in between are no business of this one.
            await history.record(await scan(other.id, true), verdicts.slice(1));
            return task;
          });
          if (!completes) continue;
          const now = saids.flatMap((verdict, index) =>
            verdict ? [{ engine: ENGINES[index]!, ...verdict }] : [],
          );
          const before = new Set(latest.map((verdict) => JSON.stringify(verdict)));
          openings += now.filter((verdict) => !before.has(JSON.stringify(verdict))).length;
          recorded.set(task.id, now);
          latest = now;
        }
        for (const [taskId, verdicts] of recorded) {
          expect(shown(await history.atTask(platform.id, taskId))).toEqual(verdicts);
        }
        expect(shown(await history.present(platform.id))).toEqual(latest);
        const rows = await unitOfWork
          .repository(VerdictInterval)
          .countBy({ platformId: platform.id });
        expect(rows).toBe(openings);
      }),
      { numRuns: 25, interruptAfterTimeLimit: 20_000 },
    );
  }, 60_000);
});

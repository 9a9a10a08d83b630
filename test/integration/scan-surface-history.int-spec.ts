import fc from 'fast-check';
import { In } from 'typeorm';
import { AlertEvent } from '../../src/alert/alert-event.entity.js';
import { Alert } from '../../src/alert/alert.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { VerdictHistory } from '../../src/scan/verdict-history.service.js';
import { VerdictInterval } from '../../src/scan/verdict-interval.entity.js';
import type { EngineVerdict } from '../../src/virustotal/answers.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { cases } from '../support/cases.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import {
  type Answered,
  histories,
  live,
  type Round,
  shownAgain,
} from '../support/random-history.js';
import { startWithIdleEngine } from '../support/scan-drive.js';

interface Change {
  engine: string;
  kind?: string;
  from: object | null;
  to: object | null;
}

describeOnEachDatabase('the history of verdicts', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let history: VerdictHistory;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    api = await app.api('read');
    history = app.nest.get(VerdictHistory);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await app.stop();
  });

  /** Every task of a platform reads as it was answered, and its history is what differs. */
  const expectAsAnswered = async (platformId: number, answered: Answered[]) => {
    for (const { taskId, verdicts } of answered) {
      expect(await shownAgain(app, platformId, taskId)).toEqual(verdicts);
    }
    const { body } = await api.get(`/platforms/${platformId}/history?limit=200`).expect(200);
    const told = (body.data as { taskId: string; changes: Change[] }[]).map(
      ({ taskId, changes }) => ({
        taskId: Number(taskId),
        // What is cleared need not differ from the time before: see the next test.
        changes: inOrder(changes.map(({ engine, from, to }) => ({ engine, from, to }))).filter(
          ({ from, to }) => JSON.stringify(from) !== JSON.stringify(to),
        ),
      }),
    );
    const newestFirst = answered.map(({ taskId, verdicts }, index) => {
      const before = answered[index - 1]?.verdicts ?? verdicts;
      return { taskId, changes: inOrder(differences(before, verdicts)) };
    });
    expect(told).toEqual(newestFirst.reverse());

    const intervals = app.nest.get(UnitOfWork).repository(VerdictInterval);
    expect(await intervals.countBy({ platformId })).toBe(beginnings(answered));
  };
  const asAnswered = async (rounds: Round[]) => {
    const ids = [(await aPlatform(app)).id, (await aPlatform(app)).id, (await aPlatform(app)).id];
    const told = await live(app, ids, rounds);
    for (const [platformId, answered] of told) await expectAsAnswered(platformId, answered);
  };
  const property = fc.asyncProperty(histories(6), asAnswered);
  const longer = fc.asyncProperty(histories(8, 5), asAnswered);

  it('shows every scan again as VirusTotal answered it, tells what changed, and writes nothing for what stays', async () => {
    await fc.assert(property, { numRuns: cases(4), plugins: [fc.interruptAfterTimeLimit(30_000)] });
  }, 90_000);

  const clearings = fc.asyncProperty(histories(8, 4), async (rounds: Round[]) => {
    const ids = [(await aPlatform(app)).id, (await aPlatform(app)).id, (await aPlatform(app)).id];
    await live(app, ids, rounds);
    for (const platformId of ids) {
      const { body } = await api.get(`/platforms/${platformId}/history?limit=200`).expect(200);
      const changes = (body.data as { changes: Change[] }[]).flatMap((scan) => scan.changes);
      const cleared = changes.filter(({ kind }) => kind === 'cleared');
      expect(cleared.map(({ engine }) => engine).sort()).toEqual(await clearedBy(platformId));
      await expectSameByPages(platformId, body.data);
    }
  });
  /** What the alerts tell, which are judged by code of their own. */
  const clearedBy = async (platformId: number) => {
    const unitOfWork = app.nest.get(UnitOfWork);
    const alerts = await unitOfWork.repository(Alert).findBy({ platformId });
    const alertId = In(alerts.map(({ id }) => id));
    const lines = await unitOfWork
      .repository(AlertEvent)
      .findBy({ alertId, kind: 'detection_cleared' });
    return lines.map(({ data }) => String(data.engine)).sort();
  };
  const expectSameByPages = async (platformId: number, whole: unknown[]) => {
    const rows: unknown[] = [];
    for (let cursor = ''; ;) {
      const { body } = await api.get(`/platforms/${platformId}/history?limit=2${cursor}`);
      rows.push(...(body.data as unknown[]));
      if (body.meta.nextCursor === null) break;
      cursor = `&cursor=${body.meta.nextCursor as string}`;
    }
    expect(rows).toEqual(whole);
  };

  it('says “cleared” of exactly what the alerts say it of, however it is paged', async () => {
    await fc.assert(clearings, {
      numRuns: cases(4),
      plugins: [fc.interruptAfterTimeLimit(30_000)],
    });
  }, 90_000);

  const faults: [fault: string, plant: () => void][] = [
    [
      'takes results that differ in case for the same',
      () => {
        const record = history.record.bind(history);
        jest.spyOn(history, 'record').mockImplementation((task, verdicts) =>
          record(
            task,
            verdicts.map((said) => ({ ...said, result: said.result?.toLowerCase() ?? null })),
          ),
        );
      },
    ],
    [
      'lets a verdict end in the scan that changed it',
      () => {
        jest
          .spyOn(history, 'taskBefore')
          .mockImplementation((_, taskId) => Promise.resolve(taskId));
      },
    ],
    [
      'lets a verdict end in the task before, whoever’s it was',
      () => {
        jest
          .spyOn(history, 'taskBefore')
          .mockImplementation((_, taskId) => Promise.resolve(taskId - 1));
      },
    ],
  ];
  it.each(faults)(
    'a history that %s: the same test finds it',
    async (_, plant) => {
      plant();
      const { failed } = await fc.check(longer, { numRuns: 60, endOnFailure: true });
      expect(failed).toBe(true);
    },
    90_000,
  );
});

/** What one answer says otherwise than the one before, as people compare them. */
function differences(before: EngineVerdict[], after: EngineVerdict[]): Change[] {
  const saidIn = (verdicts: EngineVerdict[], engine: string) => {
    const said = verdicts.find((verdict) => verdict.engine === engine);
    return said ? { category: said.category, result: said.result } : null;
  };
  const engines = new Set([...before, ...after].map(({ engine }) => engine));
  return [...engines]
    .map((engine) => ({ engine, from: saidIn(before, engine), to: saidIn(after, engine) }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

function inOrder(changes: Change[]): Change[] {
  return [...changes].sort((a, b) => (a.engine < b.engine ? -1 : 1));
}

/** How often an engine said what it had not said the time before. */
function beginnings(answered: Answered[]): number {
  const texts = answered.map(({ verdicts }) => verdicts.map((verdict) => said(verdict)));
  return texts.reduce((sum, now, index) => {
    const before = new Set(texts[index - 1]);
    return sum + now.filter((text) => !before.has(text)).length;
  }, 0);
}

function said({ engine, category, result, method }: EngineVerdict): string {
  return JSON.stringify([engine, category, result, method]);
}

import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Detection } from '../../src/alert/detection.entity.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { type FaultBench, withFaultBench, NOTHING } from '../support/fault-bench.js';
import { DEFAULT_API_KEY } from '../support/virustotal-stand-in/options.js';

const MINUTE = 60_000;
const malicious = (engine: string) => ({ engine, category: 'malicious', result: 'phishing' });
const harmless = (engine: string) => ({ engine, category: 'harmless', result: 'clean' });

describeOnEachDatabase('an analysis of VirusTotal', (database) => {
  let bench: FaultBench;
  withFaultBench(database, (started) => {
    bench = started;
  });

  const detectionsOf = async ({ id }: { id: number }) => {
    const rows = await bench.nest
      .get(UnitOfWork)
      .repository(Detection)
      .find({
        where: { platformId: id },
        relations: { engine: true },
      });
    return Object.fromEntries(rows.map((row) => [row.engine!.name, row.state]));
  };
  /** Somebody else submits the URL, so that VirusTotal analyses it whatever became of ours. */
  const submitElsewhere = async (url: string) => {
    const response = await fetch(`${bench.standIn.url}/urls`, {
      method: 'POST',
      headers: { 'x-apikey': DEFAULT_API_KEY },
      body: new URLSearchParams({ url }),
    });
    expect(response.status).toBe(200);
  };

  describe('that VirusTotal does not know', () => {
    it('at first is looked for again, not submitted again', async () => {
      const scan = await bench.begin();
      bench.strike('submit', scan.struck, { kind: 'not-found-after-submit', ms: 45_000 });
      const ended = await scan.untilEnded();
      const task = await scan.task(scan.struck);
      expect(task).toMatchObject({ state: 'completed', submissions: 1, isConclusive: true });
      const looks = bench.requests('GET /analyses/{id}') - 1;
      expect(looks).toBeGreaterThanOrEqual(3);
      expect(looks).toBeLessThanOrEqual(4);
      expect(ended).toMatchObject({ state: 'completed', requestsUsed: 3 + looks });
      expect(await bench.knownOf(scan.struck)).toMatchObject({ state: 'clean' });
    });

    it('for over a minute is submitted once more', async () => {
      const scan = await bench.begin();
      const never = { kind: 'not-found-after-submit', ms: 60 * MINUTE } as const;
      bench.strike('submit', scan.struck, never);
      const again = await (async () => {
        await scan.untilTask(scan.struck, 'submitted');
        return scan.untilTask(scan.struck, 'pending');
      })();
      expect(again).toMatchObject({ analysisId: null, submittedAt: null, errorCode: null });
      expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
      expect((await scan.task(scan.other)).state).toBe('completed');

      expect(await scan.untilEnded()).toMatchObject({ state: 'completed' });
      expect(await scan.task(scan.struck)).toMatchObject({ state: 'completed', submissions: 2 });
      expect(bench.standIn.stats().submissions[scan.struck.urlKey]).toBe(2);
    });

    it('twice fails the task, after two submissions and no more', async () => {
      const scan = await bench.begin();
      const never = { kind: 'not-found-after-submit', ms: 60 * MINUTE, count: 'always' } as const;
      bench.strike('submit', scan.struck, never);
      const began = bench.nowMs();
      const ended = await scan.untilEnded();
      expect(ended).toMatchObject({ state: 'completed_with_errors' });
      expect(await scan.task(scan.struck)).toMatchObject({
        state: 'failed',
        errorCode: 'analysis_not_found',
        errorDetail: expect.stringMatching(/^HTTP 404, NotFoundError/),
        submissions: 2,
      });
      expect(bench.nowMs() - began).toBeGreaterThanOrEqual(2 * MINUTE);
      expect(bench.requests('POST /urls')).toBe(3);
      expect(bench.requests('GET /analyses/{id}')).toBeLessThanOrEqual(11);
      expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
    });
  });

  describe('that is never completed', () => {
    const HALF = { kind: 'partial-forever', share: 0.9 } as const;

    it.each([{ kind: 'never-completes' } as const, HALF])(
      'fails the task: $kind',
      async (fault) => {
        const scan = await bench.begin();
        bench.standIn.script(
          scan.struck.urlKey,
          ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map(malicious),
        );
        bench.strike('submit', scan.struck, fault);
        await scan.untilTask(scan.struck, 'submitted');
        const { submittedAt } = await scan.task(scan.struck);
        await scan.untilTask(scan.other, 'completed');
        const ended = await scan.untilEnded();

        expect(ended).toMatchObject({ state: 'completed_with_errors' });
        const task = await scan.task(scan.struck);
        expect(task).toMatchObject({
          state: 'failed',
          errorCode: 'analysis_late',
          malicious: null,
        });
        const lateMs = task.completedAt!.getTime() - submittedAt!.getTime();
        expect(lateMs).toBeGreaterThanOrEqual(15 * MINUTE);
        expect(lateMs).toBeLessThan(16 * MINUTE);
        // What engines had said so far is never judged.
        expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
        expect(bench.requests('GET /urls/{id}')).toBe(1);
        expect(bench.requests('POST /urls')).toBe(2);
        expect(ended.requestsUsed).toBe(bench.costly());
        expect(ended.requestsUsed).toBeLessThanOrEqual(14);
      },
    );

    it('is judged by the latest report, if that is not older than the submission', async () => {
      const scan = await bench.begin();
      bench.standIn.configure({ sameAnalysisId: false });
      bench.standIn.script(scan.struck.urlKey, [harmless('A')], [malicious('A')]);
      bench.strike('submit', scan.struck, { kind: 'never-completes' });
      await scan.untilTask(scan.other, 'completed');
      await submitElsewhere(scan.struck.urlKey);
      const ended = await scan.untilEnded();
      bench.standIn.configure({ sameAnalysisId: true });

      expect(ended).toMatchObject({ state: 'completed' });
      expect(await scan.task(scan.struck)).toMatchObject({ state: 'completed', malicious: 1 });
      expect(await bench.knownOf(scan.struck)).toMatchObject({ state: 'flagged', alerts: [{}] });
      expect(bench.requests('GET /urls/{id}')).toBe(1);
    });

    it('is not judged by a report that is older, and an alert stays as it was', async () => {
      const scan = await bench.begin();
      bench.standIn.script(scan.struck.urlKey, [malicious('A')], [harmless('A')]);
      await scan.untilEnded();
      const before = await bench.knownOf(scan.struck);
      expect(before).toMatchObject({ state: 'flagged', alerts: [{ state: 'new' }] });

      const again = await bench.scan(scan.struck, scan.other);
      bench.strike('submit', scan.struck, { kind: 'never-completes' });
      expect(await again.untilEnded()).toMatchObject({ state: 'completed_with_errors' });
      expect(await again.task(scan.struck)).toMatchObject({ errorCode: 'analysis_late' });
      expect(await bench.knownOf(scan.struck)).toEqual(before);
    });

    it('is asked for again when the report’s answer is lost', async () => {
      const scan = await bench.begin();
      bench.strike('submit', scan.struck, { kind: 'never-completes' });
      bench.standIn.fault({ kind: 'reset', method: 'GET', path: '^/urls/' });
      await scan.untilEnded();
      expect(await scan.task(scan.struck)).toMatchObject({ errorCode: 'analysis_late' });
      expect(bench.requests('GET /urls/{id}')).toBe(2);
    });
  });

  it('whose id is used again is that scan’s, too, and opens no second alert', async () => {
    const scan = await bench.begin();
    bench.standIn.script(scan.struck.urlKey, [malicious('A')]);
    await scan.untilEnded();
    const first = await scan.task(scan.struck);

    const again = await bench.scan(scan.struck, scan.other);
    bench.strike('submit', scan.struck, { kind: 'same-analysis-id' });
    expect(await again.untilEnded()).toMatchObject({ state: 'completed', requestsUsed: 4 });
    const second = await again.task(scan.struck);
    expect(second).toMatchObject({
      state: 'completed',
      analysisId: first.analysisId,
      malicious: 1,
    });
    expect(await bench.knownOf(scan.struck)).toMatchObject({
      state: 'flagged',
      alerts: [{ state: 'new' }],
    });
  });

  it('of few engines raises flags and clears none', async () => {
    const scan = await bench.begin();
    const url = scan.struck.urlKey;
    bench.standIn.script(url, [malicious('Old')]);
    await scan.untilEnded();
    expect(await detectionsOf(scan.struck)).toEqual({ Old: 'detected' });

    bench.standIn.script(url, {
      verdicts: [harmless('Old'), malicious('New'), harmless('Third')],
      onlyEngines: [],
    });
    const few = await bench.scan(scan.struck, scan.other);
    expect(await few.untilEnded()).toMatchObject({ state: 'completed' });
    expect(await few.task(scan.struck)).toMatchObject({ isConclusive: false, isFlagged: true });
    expect(await detectionsOf(scan.struck)).toEqual({ Old: 'detected', New: 'detected' });

    // In the first conclusive one both are cleared.
    bench.standIn.script(url, [harmless('Old'), harmless('New')]);
    await (await bench.scan(scan.struck, scan.other)).untilEnded();
    expect(await detectionsOf(scan.struck)).toEqual({ Old: 'cleared', New: 'cleared' });
  });

  it('of few engines leaves a platform unknown that was never judged', async () => {
    const scan = await bench.begin();
    bench.strike('submit', scan.struck, { kind: 'few-engines', engines: 19 });
    bench.strike('submit', scan.other, { kind: 'few-engines', engines: 20 });
    expect(await scan.untilEnded()).toMatchObject({ state: 'completed' });
    expect(await bench.knownOf(scan.struck)).toMatchObject({ state: 'unknown', verdicts: 19 });
    expect(await bench.knownOf(scan.other)).toMatchObject({ state: 'clean', verdicts: 20 });
  });
});

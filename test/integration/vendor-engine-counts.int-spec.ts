import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { EngineTally, type EngineSaid } from '../../src/vendor/engine-tally.service.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import type { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { completeTask, startWithIdleEngine, tasksOf, verdictsOf } from '../support/scan-drive.js';

describeOnEachDatabase('what engines are counted to have done', (database) => {
  let app: TestApp;
  let tally: EngineTally;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await startWithIdleEngine(database(), { clock });
    tally = app.nest.get(EngineTally);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await app.stop();
  });

  const said = (engine: string, differs: Partial<EngineSaid> = {}): EngineSaid => ({
    engine,
    hasAnswered: true,
    hasFlagged: false,
    hasTimedOut: false,
    ...differs,
  });
  const countsOf = async (name: string) => {
    const engines = await app.nest.get(EngineService).all();
    const engine = engines.find((one) => one.name === name);
    const { timesSeen, timesAnswered, timesFlagged, timesTimedOut } = engine!;
    return [timesSeen, timesAnswered, timesFlagged, timesTimedOut];
  };
  const known = (...names: string[]) => app.nest.get(EngineService).ensure(names, clock.now());
  const writes = () => jest.spyOn(app.nest.get(UnitOfWork), 'runRepeatable');

  it('is how often they were in an answer, answered, flagged and timed out', async () => {
    for (let platform = 0; platform < 2; platform += 1) await aPlatform(app);
    const scan = await app.nest
      .get(ScanService)
      .startOverAll({ trigger: 'api', requestedBy: null });
    const [first, second] = await tasksOf(app, String(scan.id));
    await completeTask(
      app,
      first!,
      verdictsOf({ Flags: ['malicious', 'phishing'], Slow: ['timeout', null] }),
    );
    await completeTask(
      app,
      second!,
      verdictsOf({ Flags: ['harmless', 'clean'], Odd: ['new-thing', null] }),
    );
    // Two answers are neither fifty nor a minute old.
    expect(await countsOf('Flags')).toEqual([0, 0, 0, 0]);

    await tally.write();

    expect(await countsOf('Flags')).toEqual([2, 2, 1, 0]);
    expect(await countsOf('Slow')).toEqual([1, 0, 0, 1]);
    expect(await countsOf('Odd')).toEqual([1, 0, 0, 0]);
    expect(await countsOf('Quiet 000')).toEqual([2, 2, 0, 0]);
  });

  it('is written by one statement for fifty answers, or for a minute', async () => {
    await known('Many', 'Other');
    await tally.write();
    const spy = writes();
    for (let answer = 0; answer < 49; answer += 1) await tally.count([said('Many')]);
    expect(spy).not.toHaveBeenCalled();
    await tally.count([said('Other', { hasFlagged: true })]);

    expect(spy).toHaveBeenCalledTimes(1);
    expect(await countsOf('Many')).toEqual([49, 49, 0, 0]);
    expect(await countsOf('Other')).toEqual([1, 1, 1, 0]);

    await clock.advance(60_000);
    await tally.count([said('Many')]);
    expect(spy).toHaveBeenCalledTimes(2);
    expect(await countsOf('Many')).toEqual([50, 50, 0, 0]);
  });

  it('waits while the database takes nothing, and loses nothing of it', async () => {
    await known('Patient');
    await tally.write();
    await tally.count([said('Patient')]);
    writes().mockRejectedValueOnce(new Error('gone'));
    await tally.write();
    expect(await countsOf('Patient')).toEqual([0, 0, 0, 0]);

    await tally.count([said('Patient', { hasTimedOut: true, hasAnswered: false })]);
    await tally.write();

    expect(await countsOf('Patient')).toEqual([2, 1, 0, 1]);
  });

  it('is not counted of names that no column holds', async () => {
    await tally.count([said('bad\nname')]);
    await tally.write();
    expect((await app.nest.get(EngineService).all()).some(({ name }) => name.includes('bad'))).toBe(
      false,
    );
  });
});

import { Repository } from 'typeorm';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { AnswerGaps } from '../../src/vendor/answer-gaps.service.js';
import { Engine } from '../../src/vendor/engine.entity.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

const HOUR_MS = 3_600_000;
const AT = new Date('2026-03-10T12:00:00.123Z');
const later = (ms: number) => new Date(AT.getTime() + ms);

describeOnEachDatabase('engines', (database) => {
  let app: TestApp;
  let engines: EngineService;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    engines = app.nest.get(EngineService);
  });
  afterAll(async () => {
    await app.stop();
  });
  beforeEach(async () => {
    await unitOfWork().run(() => repository().deleteAll());
    // Rows are never deleted under a service: it remembers them.
    engines = new EngineService(unitOfWork(), app.nest.get(AnswerGaps));
  });

  const unitOfWork = () => app.nest.get(UnitOfWork);
  const repository = () => unitOfWork().repository(Engine);

  it('get an id each, the same one ever after, byte for byte', async () => {
    const names = ['Kaspersky', 'kaspersky', 'Káspersky', 'Ka\u0301spersky', '😀'.repeat(255)];

    const first = await engines.ensure([...names, 'Kaspersky'], AT);
    const second = await engines.ensure([...names, 'New'], later(HOUR_MS));

    expect([...first.keys()].sort()).toEqual([...names].sort());
    expect(new Set(first.values()).size).toBe(names.length);
    for (const name of names) expect(second.get(name)).toBe(first.get(name));
    expect(await engines.namesOf([...second.values(), 999_999])).toEqual(
      new Map([...second].map(([name, id]) => [id, name])),
    );
    expect(await repository().count()).toBe(names.length + 1);
  });

  it('are seen to the hour, by one write for all of them', async () => {
    const update = jest.spyOn(Repository.prototype, 'update');
    await engines.ensure(['a', 'b'], AT);
    await engines.ensure(['a', 'b'], later(HOUR_MS - 1));
    await engines.ensure(['a', 'b'], later(-HOUR_MS));
    expect(update).not.toHaveBeenCalled();

    await engines.ensure(['a', 'b', 'c'], later(HOUR_MS));
    await engines.ensure(['a'], AT);

    expect(update).toHaveBeenCalledTimes(1);
    update.mockRestore();
    expect(await repository().find({ order: { name: 'ASC' } })).toMatchObject([
      { name: 'a', firstSeenAt: AT, lastSeenAt: later(HOUR_MS) },
      { name: 'b', firstSeenAt: AT, lastSeenAt: later(HOUR_MS) },
      { name: 'c', firstSeenAt: later(HOUR_MS), lastSeenAt: later(HOUR_MS) },
    ]);
  });

  it('have answered at the latest answer, to the hour, by one write for all of them', async () => {
    const ids = await engines.ensure(['a', 'b', 'c', 'mute'], AT);
    const idsOf = (...names: string[]) => names.map((name) => ids.get(name) ?? 0);
    const answered = async () => {
      const rows = await repository().find({ order: { name: 'ASC' } });
      return rows.map(({ lastAnsweredAt }) => lastAnsweredAt);
    };
    expect(await answered()).toEqual([null, null, null, null]);

    const update = jest.spyOn(Repository.prototype, 'update');
    await engines.markAnswered(idsOf('a', 'b'), AT);
    await engines.markAnswered(idsOf('a', 'b'), later(HOUR_MS - 1));
    await engines.markAnswered(idsOf('a', 'b'), later(-HOUR_MS));
    await engines.markAnswered([], later(HOUR_MS));
    expect(update).toHaveBeenCalledTimes(1);
    await engines.markAnswered(idsOf('a', 'c'), later(HOUR_MS));
    expect(update).toHaveBeenCalledTimes(2);
    update.mockRestore();

    expect(await answered()).toEqual([later(HOUR_MS), AT, later(HOUR_MS), null]);
  });

  it('are marked also where there are more than a statement may hold', async () => {
    const ids = Array.from({ length: 33_000 }, (_, i) => 1_000_000 + i);
    const known = await engines.ensure(['a'], AT);

    await engines.markAnswered([...ids, ...known.values()], AT);

    expect(await repository().find()).toMatchObject([{ name: 'a', lastAnsweredAt: AT }]);
    expect((await engines.namesOf([...ids, ...known.values()])).size).toBe(1);
  });

  it('are left out where no column holds the name, and the others are kept', async () => {
    const bad = ['', 'a\u0000', 'a\nb', 'a\ud800', 'x'.repeat(256), '😀'.repeat(256)];

    const ids = await engines.ensure([...bad, 'good'], AT);

    expect([...ids.keys()]).toEqual(['good']);
    expect(await repository().count()).toBe(1);
    expect(await engines.ensure([], AT)).toEqual(new Map());
  });

  it('whose names differ in a space at the end are never taken for each other', async () => {
    const spaced = await engines.ensure(['Spaced '], AT);
    expect([...spaced.keys()]).toEqual(['Spaced ']);
    expect(await engines.exists('Spaced')).toBe(false);

    const plain = await engines.ensure(['Spaced', 'Spaced '], later(1));

    expect(plain.get('Spaced ')).toBe(spaced.get('Spaced '));
    expect(plain.get('Spaced')).not.toBe(spaced.get('Spaced '));
  });

  it('are known by their very name alone', async () => {
    await engines.ensure(['Dr.Web'], AT);

    expect(await engines.exists('Dr.Web')).toBe(true);
    expect(await engines.exists('dr.web')).toBe(false);
    expect(await engines.existing(['Dr.Web', 'Dr.Web ', 'DrWeb'])).toEqual(new Set(['Dr.Web']));
    expect(await engines.existing(['Dr.Web ', 'DrWeb'])).toEqual(new Set());
  });

  it('that many scans add at the same moment are added once', async () => {
    // The first rounds open the connections; only then do they overlap.
    for (let round = 0; round < 6; round += 1) {
      const names = Array.from({ length: 90 }, (_, i) => `Engine ${round}.${i}`);
      const turned = (by: number) => [...names.slice(by), ...names.slice(0, by)];

      const answers = await Promise.all(
        [0, 30, 60, 10, 80, 45].map((by) => engines.ensure(turned(by), AT)),
      );

      expect(await repository().count()).toBe(90 * (round + 1));
      for (const answer of answers) {
        expect(answer.size).toBe(90);
        for (const name of names) expect(answer.get(name)).toBe(answers[0]!.get(name));
      }
    }
  });

  it('are added with the unit of work that needs them, or not at all', async () => {
    const failure = unitOfWork().run(async () => {
      await engines.ensure(['gone'], AT);
      throw new Error('changed my mind');
    });

    await expect(failure).rejects.toThrow('changed my mind');
    expect(await engines.exists('gone')).toBe(false);
  });
});

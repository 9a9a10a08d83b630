import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformExistsError } from '../../src/platform/platform.errors.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';

describeOnEachDatabase('platforms that several requests write', (database) => {
  let app: TestApp;
  let platforms: PlatformService;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    platforms = app.nest.get(PlatformService);
  });
  afterAll(async () => {
    await app.stop();
  });

  const ofUrl = (urlKey: string) =>
    app.nest.get(UnitOfWork).repository(Platform).countBy({ urlKey });
  const lost = (outcomes: PromiseSettledResult<unknown>[]) =>
    outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason as unknown] : []));

  it('added at the same moment are one; the others are told so', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        platforms.create({ name: `Racer ${i}`, url: 'https://race.example.org/' }),
      ),
    );

    expect(lost(outcomes)).toHaveLength(11);
    for (const reason of lost(outcomes)) expect(reason).toBeInstanceOf(PlatformExistsError);
    expect(await ofUrl('https://race.example.org/')).toBe(1);
  });

  it('moved to one URL at the same moment: one has it, the others are told so', async () => {
    const racers = [await aPlatform(app), await aPlatform(app), await aPlatform(app)];

    const outcomes = await Promise.allSettled(
      racers.map(({ id }) => platforms.update(id, { url: 'https://move.example.org/' })),
    );

    expect(lost(outcomes)).toHaveLength(2);
    for (const reason of lost(outcomes)) expect(reason).toBeInstanceOf(PlatformExistsError);
  });

  it('come back once when an archived URL is added twice at the same moment', async () => {
    const { id } = await aPlatform(app, { url: 'https://back.example.org/' });
    await platforms.archive(id);

    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => platforms.create({ name, url: 'https://back.example.org/' })),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await ofUrl('https://back.example.org/')).toBe(1);
  });
});

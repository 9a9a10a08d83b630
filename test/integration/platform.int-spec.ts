import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import {
  PlatformArchivedError,
  PlatformExistsError,
  PlatformUrlError,
} from '../../src/platform/platform.errors.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { NotFoundError } from '../../src/web/domain-error.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;

describeOnEachDatabase('platforms', (database) => {
  let app: TestApp;
  let platforms: PlatformService;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    platforms = app.nest.get(PlatformService);
  });
  afterAll(async () => {
    await app.stop();
  });
  beforeEach(async () => {
    await unitOfWork().run(() => unitOfWork().repository(Platform).deleteAll());
    await clock.skip(1000);
  });

  const unitOfWork = () => app.nest.get(UnitOfWork);
  const count = () => unitOfWork().repository(Platform).count();
  const daysAgo = (days: number, ms = 0) => new Date(clock.now().getTime() - days * DAY_MS - ms);
  const scanned = (id: number, state: 'flagged' | 'clean' | 'unknown', scannedAt: Date) =>
    platforms.recordResult(id, { state, scannedAt, isConclusive: true, answeredEngines: 70 });

  it('are kept as typed and in their normal form, active unless told otherwise', async () => {
    const { id } = await platforms.create({
      name: 'Shop',
      url: 'HTTPS://Shop.Example.org:443#top',
    });

    expect(await platforms.get(id)).toMatchObject({
      name: 'Shop',
      url: 'HTTPS://Shop.Example.org:443#top',
      urlKey: 'https://shop.example.org/',
      isActive: true,
      ownerName: '',
      ownerEmail: '',
      tags: [],
      notes: '',
      state: 'unknown',
      lastScannedAt: null,
      archivedAt: null,
      createdAt: clock.now(),
    });
    await expect(platforms.get(id + 1000)).rejects.toThrow(NotFoundError);
  });

  it('are one for all spellings of a URL, and the error names it', async () => {
    const first = await aPlatform(app, { name: 'The shop', url: 'https://shop.example.org' });

    for (const url of ['https://SHOP.example.org./', 'https://shop.example.org:443/#a']) {
      const refused = platforms.create({ name: 'x', url });
      await expect(refused).rejects.toThrow(PlatformExistsError);
      await expect(refused).rejects.toMatchObject({
        kind: 'conflict',
        details: {
          params: { name: 'The shop' },
          fields: [{ field: 'url', message: 'platform.error.exists' }],
          extra: { platformId: String(first.id) },
        },
      });
    }
    expect(await count()).toBe(1);
    await aPlatform(app, { url: 'https://shop.example.org/Login' });
    await aPlatform(app, { url: 'https://shop.example.org/login' });
    expect(await count()).toBe(3);
  });

  it('refuse a bad URL whoever calls', async () => {
    await expect(platforms.create({ name: 'x', url: 'http://127.1/' })).rejects.toThrow(
      PlatformUrlError,
    );
    expect(await count()).toBe(0);
  });

  it('take part in the unit of work that adds them', async () => {
    const failure = unitOfWork().run(async () => {
      await aPlatform(app);
      await aPlatform(app);
      throw new Error('changed my mind');
    });

    await expect(failure).rejects.toThrow('changed my mind');
    expect(await count()).toBe(0);
  });

  it('change in what is given alone', async () => {
    const { id } = await aPlatform(app, { ownerName: 'Ada', tags: ['a', 'b'], notes: 'n' });
    await clock.skip(5000);

    await platforms.update(id, { name: 'New', active: false, tags: [] });

    expect(await platforms.get(id)).toMatchObject({
      name: 'New',
      isActive: false,
      ownerName: 'Ada',
      tags: [],
      notes: 'n',
      updatedAt: clock.now(),
    });
    await expect(platforms.update(id + 1000, {})).rejects.toThrow(NotFoundError);
  });

  it('have a URL that may change until it was submitted, and then only in its spelling', async () => {
    const { id } = await aPlatform(app, { url: 'https://one.example.org/' });
    await aPlatform(app, { url: 'https://taken.example.org/' });
    await expect(platforms.update(id, { url: 'https://taken.example.org' })).rejects.toThrow(
      PlatformExistsError,
    );
    await platforms.update(id, { url: 'https://two.example.org/' });
    const submittedAt = clock.now();
    await platforms.recordSubmission(id, null, submittedAt);
    await clock.skip(1000);
    await platforms.recordSubmission(id, 'a'.repeat(64), clock.now());

    await expect(platforms.update(id, { url: 'https://three.example.org/' })).rejects.toMatchObject(
      {
        kind: 'invalid',
        details: { fields: [{ field: 'url', message: 'platform.error.urlFixed' }] },
      },
    );
    await platforms.update(id, { url: 'https://TWO.example.org' });

    expect(await platforms.get(id)).toMatchObject({
      url: 'https://TWO.example.org',
      urlKey: 'https://two.example.org/',
      submittedAt,
      virusTotalUrlId: 'a'.repeat(64),
    });
  });

  it('are archived once, stay readable, and are refused every change', async () => {
    const { id } = await aPlatform(app);
    const archivedAt = clock.now();
    await platforms.archive(id);
    await clock.skip(1000);
    await platforms.archive(id);

    expect(await platforms.get(id)).toMatchObject({ archivedAt, isActive: false });
    expect(await platforms.list({}, {})).toMatchObject({ items: [], total: 0 });
    expect(await platforms.activePlatforms()).toEqual([]);
    expect(await platforms.countActive()).toBe(0);
    await expect(platforms.update(id, { name: 'x' })).rejects.toThrow(PlatformArchivedError);
    await expect(platforms.archive(id + 1000)).rejects.toThrow(NotFoundError);
  });

  it('come back unknown when they were flagged: the flags were retired with them', async () => {
    const { id, url } = await platforms.create({
      name: 'Flagged',
      url: 'https://revived.example.org/',
    });
    await platforms.recordResult(id, {
      state: 'flagged',
      scannedAt: new Date(),
      isConclusive: true,
      answeredEngines: 70,
    });
    await platforms.archive(id);
    const revived = await platforms.create({ name: 'Revived', url });
    expect(revived).toMatchObject({ id, state: 'unknown', lastConclusiveAt: null });
  });

  it('come back with new data and their history when the URL of an archived one is added', async () => {
    const { id, createdAt } = await aPlatform(app, {
      url: 'https://back.example.org/',
      notes: 'n',
    });
    await scanned(id, 'clean', clock.now());
    await platforms.archive(id);
    const other = await aPlatform(app);
    await expect(
      platforms.update(other.id, { url: 'https://back.example.org/' }),
    ).rejects.toMatchObject({ messageKey: 'platform.error.existsArchived' });

    const revived = await platforms.create({ name: 'Again', url: 'https://Back.example.org' });

    expect(revived.id).toBe(id);
    expect(await platforms.get(id)).toMatchObject({
      name: 'Again',
      url: 'https://Back.example.org',
      notes: '',
      isActive: true,
      archivedAt: null,
      createdAt,
      state: 'clean',
      lastConclusiveEngines: 70,
    });
  });

  it('are scanned flagged first, then unscanned longest, then by age', async () => {
    const made: Platform[] = [];
    for (let i = 0; i < 7; i += 1) made.push(await aPlatform(app));
    const [recent, flaggedRecent, never, old, flaggedOld, inactive, neverEither] = made.map(
      ({ id }) => id,
    ) as [number, number, number, number, number, number, number];
    await scanned(recent, 'clean', daysAgo(1));
    await scanned(flaggedRecent, 'flagged', daysAgo(1));
    await scanned(old, 'unknown', daysAgo(9));
    await scanned(flaggedOld, 'flagged', daysAgo(9));
    await platforms.update(inactive, { active: false });

    const order = await platforms.activePlatforms();

    expect(order.map(({ id }) => id)).toEqual([
      flaggedOld,
      flaggedRecent,
      never,
      neverEither,
      old,
      recent,
    ]);
    expect(order[0]).toMatchObject({ state: 'flagged', lastScannedAt: daysAgo(9) });
    expect(await platforms.countActive()).toBe(6);
  });

  it('keep what a scan found; an inconclusive one leaves the measure as it was', async () => {
    const { id } = await aPlatform(app);
    await scanned(id, 'clean', daysAgo(2));
    await platforms.recordResult(id, {
      state: 'flagged',
      scannedAt: daysAgo(1),
      isConclusive: false,
      answeredEngines: 3,
    });

    expect(await platforms.get(id)).toMatchObject({
      state: 'flagged',
      lastScannedAt: daysAgo(1),
      lastConclusiveAt: daysAgo(2),
      lastConclusiveEngines: 70,
    });
  });

  it('are found by id in the order asked for, archived ones too', async () => {
    const [a, b] = [await aPlatform(app), await aPlatform(app)];
    await platforms.archive(a.id);

    const found = await platforms.findMany([b.id, 999_999, a.id, b.id]);

    expect(found.map(({ id }) => id)).toEqual([b.id, a.id]);
    expect(await platforms.findMany([])).toEqual([]);
  });

  it('are found by a URL in any spelling', async () => {
    const { id } = await aPlatform(app, { url: 'https://find.example.org/' });

    expect((await platforms.findByUrl('HTTPS://find.example.org:443'))?.id).toBe(id);
    expect(await platforms.findByUrl('https://other.example.org/')).toBeNull();
    expect(await platforms.findByUrl('nonsense')).toBeNull();
  });
});

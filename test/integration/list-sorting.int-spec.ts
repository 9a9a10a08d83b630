import fc from 'fast-check';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform, type PlatformState } from '../../src/platform/platform.entity.js';
import { PLATFORM_SORTS } from '../../src/platform/platform-sort.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import type { Page } from '../../src/web/paging.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { insertPlatforms } from '../support/many-platforms.js';

type Key = string | number | null;
type Sorted = keyof typeof PLATFORM_SORTS;

const bytes = (text: string) => Buffer.from(text, 'utf8').toString('hex');
const time = (at: Date | null) => at?.getTime() ?? null;

/** What each sort orders by, first to last, as no database is asked. */
const KEYS: Record<Sorted, (platform: Platform) => Key[]> = {
  name: ({ name, id }) => [bytes(name), id],
  url: ({ urlKey }) => [bytes(urlKey)],
  state: ({ state, lastConclusiveAt, id }) => [
    state === 'flagged' ? 0 : 1,
    time(lastConclusiveAt),
    id,
  ],
  ownerName: ({ ownerName, id }) => [bytes(ownerName), id],
  lastScannedAt: ({ lastScannedAt, id }) => [time(lastScannedAt), id],
};
const SORTS = Object.keys(PLATFORM_SORTS).flatMap((name) => [name, `-${name}`]);

/** Nothing known comes before everything else. */
function compare(a: readonly Key[], b: readonly Key[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? null;
    if (left === right) continue;
    if (left === null) return -1;
    if (right === null) return 1;
    return left < right ? -1 : 1;
  }
  return 0;
}

const aRow = fc.record({
  name: fc.constantFrom('a', 'A', 'b', 'é', 'É', 'z', 'Ω', '😀', '\uFF21', 'a b', 'a-b', "a'b"),
  ownerName: fc.constantFrom('', 'Ada', 'ada', 'Zoë'),
  state: fc.constantFrom<PlatformState>('flagged', 'clean', 'unknown'),
  lastScannedAt: fc.constantFrom(null, new Date(1), new Date('2026-05-01T10:00:00.120Z')),
  lastConclusiveAt: fc.constantFrom(null, new Date(1_000), new Date('2026-05-01T10:00:00.123Z')),
});

describeOnEachDatabase('lists in an order', (database) => {
  let app: TestApp;
  let platforms: PlatformService;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    platforms = app.nest.get(PlatformService);
  });
  afterAll(async () => {
    await app.stop();
  });

  const unitOfWork = () => app.nest.get(UnitOfWork);
  const emptied = () => unitOfWork().run(() => unitOfWork().repository(Platform).deleteAll());

  const walk = async (sort: string, limit: number) => {
    const pages: Page<Platform>[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Page<Platform> = await platforms.list({}, { sort, limit, cursor });
      pages.push(page);
      cursor = page.nextCursor;
    }
    return pages;
  };

  it('give every row once on all pages, forward and back, in every order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aRow, { maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, limit) => {
          await emptied();
          await insertPlatforms(app.nest, rows.length, (nth) => rows[nth] ?? {});
          const all = await unitOfWork().repository(Platform).find();
          for (const sort of SORTS) {
            const keys = KEYS[sort.replace('-', '') as Sorted];
            const sign = sort.startsWith('-') ? -1 : 1;
            const wanted = [...all].sort((a, b) => sign * compare(keys(a), keys(b)));
            const pages = await walk(sort, limit);
            expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(
              wanted.map(({ id }) => id),
            );
            for (const [nth, page] of pages.entries()) {
              expect(page.total).toBe(all.length);
              const before = pages[nth - 1];
              if (!before) expect(page.prevCursor).toBeNull();
              else {
                const cursor = page.prevCursor ?? '';
                expect(await platforms.list({}, { sort, limit, cursor })).toEqual(before);
              }
            }
          }
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);

  it('show the first page whole to who pages back to what is left before a row', async () => {
    await emptied();
    await insertPlatforms(app.nest, 5, () => ({}));
    const [first, second] = await walk('name', 2);
    await unitOfWork().run(() =>
      unitOfWork().repository(Platform).delete({ id: first?.items[0]?.id }),
    );
    const cursor = second?.prevCursor ?? '';
    const back = await platforms.list({}, { sort: 'name', limit: 2, cursor });

    expect(back.items.map(({ id }) => id)).toEqual([first?.items[1]?.id, second?.items[0]?.id]);
    expect(back.prevCursor).toBeNull();
  });

  it.each(SORTS)('take no cursor of another order than %s', async (sort) => {
    await emptied();
    await insertPlatforms(app.nest, 3, () => ({ lastScannedAt: new Date(5) }));
    const api = await app.api('read');
    for (const other of SORTS.filter((one) => one !== sort)) {
      const { nextCursor } = await platforms.list({}, { sort: other, limit: 1 });
      const path = `/platforms?sort=${sort}&cursor=${nextCursor}`;
      const { status, body } = await api.get(path);
      expect([status, body.errors?.[0]?.field]).toEqual([422, 'cursor']);
    }
  });

  it('take no cursor that was made up, whatever it holds', async () => {
    const api = await app.api('read');
    const browser = await app.browser('viewer');
    const forged = [
      ['name', 0],
      ['name', 0, 'a', 1, 2],
      ['name', 2, 'a', 1],
      ['name,id', 0, 1e300, 1],
      ['name,id', 0, { at: 1e300 }, 1],
      ['name,id', 0, { at: '1' }, 1],
      ['name,id', 0, ['a'], 1],
      ['name,id', 0, true, 1],
      { 0: 'name,id' },
      'name,id',
      null,
    ];
    for (const value of forged) {
      const cursor = Buffer.from(JSON.stringify(value)).toString('base64url');
      expect((await api.get(`/platforms?cursor=${cursor}`)).status).toBe(422);
      expect((await browser.agent.get(`/platforms?cursor=${cursor}`)).status).toBe(422);
    }
    const url = Buffer.from(JSON.stringify(['urlKey', 0, 'é'])).toString('base64url');
    expect((await api.get(`/platforms?sort=url&cursor=${url}`)).status).toBe(422);
    // Of the right form, but of no row: it is a place between others, or none of this type.
    for (const place of [
      ['lastScannedAt,id', 0, { at: 8.64e15 }, 1],
      ['lastScannedAt,id', 1, { at: -8.64e15 }, 1],
      ['lastScannedAt,id', 0, 'soon', 1],
      ['lastScannedAt,id', 0, null, null],
    ]) {
      const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
      const { status } = await api.get(`/platforms?sort=lastScannedAt&cursor=${cursor}`);
      expect([place, status]).toEqual([place, 200]);
    }
  });

  it.each([
    ['/platforms', 'colour'],
    ['/alerts', 'platform'],
    ['/scans', '--startedAt'],
    ['/vendors', 'name,id'],
  ])('of %s are not sorted by %s', async (path, sort) => {
    const api = await app.api('read');
    const { status, body } = await api.get(`${path}?sort=${sort}`);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ field: 'sort', message: expect.stringMatching(/, -/) }]);
    const page = path === '/vendors' ? '/vendor' : path;
    const browser = await app.browser('viewer');
    expect((await browser.agent.get(`${page}?sort=${sort}`)).status).toBe(422);
  });
});

import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PLATFORM_SORTS } from '../../src/platform/platform-sort.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { PlatformGlances } from '../../src/scan/platform-glance.service.js';
import { Scan } from '../../src/scan/scan.entity.js';
import type { Page } from '../../src/web/paging.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { watchEventLoop } from '../support/event-loop.js';
import { insertPlatforms } from '../support/many-platforms.js';

const PLATFORMS = 10_000;
const SCANS = 12;
/** What takes some 10 ms alone may have to wait for a core. */
const PATIENCE_MS = 5_000;
const LONGEST_BLOCK_MS = 250;
const AT = new Date('2026-11-20T10:00:00.000Z');

describeOnEachDatabase('a list of 10,000 platforms that were scanned 12 times', (database) => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    browser = await app.browser('analyst');
    await insertPlatforms(app.nest, PLATFORMS, (nth) => ({
      state: nth % 50 === 0 ? 'flagged' : nth % 7 === 0 ? 'unknown' : 'clean',
      ownerName: `Owner ${nth % 100}`,
      tags: ['tag'],
      notes: 'n'.repeat(200),
      lastScannedAt: nth % 9 === 0 ? null : new Date(AT.getTime() + (nth % 1000)),
      lastConclusiveAt: nth % 7 === 0 ? null : new Date(AT.getTime() + (nth % 500)),
    }));
    await scan(app);
  }, 120_000);
  afterAll(async () => {
    await app.stop();
  });

  it.each(Object.keys(PLATFORM_SORTS).flatMap((name) => [name, `-${name}`]))(
    'is paged by %s, page and JSON, without a wait',
    async (sort) => {
      const api = await app.api('read');
      const began = performance.now();
      const first = await api.get(`/platforms?sort=${sort}&limit=50`);
      const cursor = first.body.meta.nextCursor as string;
      const second = await api.get(`/platforms?sort=${sort}&limit=50&cursor=${cursor}`);
      const page = await browser.open(`/platforms?sort=${sort}&limit=50&cursor=${cursor}`);
      expect(performance.now() - began).toBeLessThan(PATIENCE_MS);

      expect([first.body.meta.total, second.body.meta.total]).toEqual([PLATFORMS, PLATFORMS]);
      const ids = second.body.data.map(({ id }: { id: string }) => `/platforms/${id}`);
      const links = page.page('tbody th a').toArray();
      expect(links.map((one) => page.page(one).attr('href'))).toEqual(ids);
      expect(page.page('svg.scan-strip')).toHaveLength(50);
    },
  );

  it('is walked whole, each platform once', async () => {
    const platforms = app.nest.get(PlatformService);
    for (const sort of ['state', '-lastScannedAt']) {
      const seen = new Set<number>();
      let pages = 0;
      for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
        const page: Page<Platform> = await platforms.list({}, { sort, limit: 200, cursor });
        for (const { id } of page.items) seen.add(id);
        cursor = page.nextCursor;
      }
      expect([pages, seen.size]).toEqual([PLATFORMS / 200, PLATFORMS]);
    }
  }, 60_000);

  it('is one file that holds up nobody', async () => {
    const loop = watchEventLoop();
    const { text } = await browser.agent.get('/platforms/export?format=csv&sort=-state');
    const longestMs = loop.stop();

    expect(text.trimEnd().split('\r\n')).toHaveLength(PLATFORMS + 1);
    expect(longestMs).toBeLessThan(LONGEST_BLOCK_MS);
  }, 60_000);

  it('shows what the scans said in one statement', async () => {
    const { items } = await app.nest.get(PlatformService).list({}, { limit: 50 });
    const began = performance.now();
    const glance = await app.nest.get(PlatformGlances, { strict: false }).of(items);
    expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
    for (const { id } of items) expect(glance(id).marks).toHaveLength(SCANS);
  });
});

/** Twelve scans of every platform, of which some found it flagged, were inconclusive, or failed. */
async function scan(app: TestApp): Promise<void> {
  const unitOfWork = app.nest.get(UnitOfWork);
  await unitOfWork.run(async () => {
    const common = { trigger: 'scheduled', state: 'completed', isOverAll: true } as const;
    for (let nth = 0; nth < SCANS; nth += 1) {
      await unitOfWork
        .repository(Scan)
        .insert({ ...common, createdAt: AT, startedAt: AT, finishedAt: AT });
      await unitOfWork.manager.query(
        `INSERT INTO scan_tasks (scan_id, platform_id, state, position, malicious, suspicious,
            harmless, undetected, unanswered, is_conclusive, is_flagged)
          SELECT (SELECT MAX(id) FROM scans), p.id,
            CASE WHEN (p.id + ${nth}) % 11 = 0 THEN 'failed' ELSE 'completed' END, p.id,
            3, 0, 60, 31, 1, CASE WHEN (p.id + ${nth}) % 5 = 0 THEN 0 ELSE 1 END,
            CASE WHEN p.id % 50 = 0 THEN 1 ELSE 0 END
          FROM platforms p ORDER BY p.id`,
      );
    }
  });
  expect(await unitOfWork.repository(Platform).count()).toBe(PLATFORMS);
}

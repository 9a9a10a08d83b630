import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PLATFORM_SORTS } from '../../src/platform/platform-sort.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { PlatformGlances } from '../../src/scan/platform-glance.service.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { watchEventLoop } from '../support/event-loop.js';
import { insertPlatforms } from '../support/many-platforms.js';

const PLATFORMS = 10_000;
const SCANS = 12;
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

  const sorts = Object.keys(PLATFORM_SORTS).flatMap((name) => [name, `-${name}`]);

  it.each(sorts)('measure %s', async (sort) => {
    const service = app.nest.get(PlatformService);
    const unit = app.nest.get(UnitOfWork);
    const timed = async (act: () => Promise<unknown>) => {
      const all: number[] = [];
      for (let i = 0; i < 8; i += 1) {
        const c = process.cpuUsage();
        const b = performance.now();
        await act();
        const d = process.cpuUsage(c);
        all.push(database().kind === 'sqlite' ? (d.user + d.system) / 1000 : performance.now() - b);
      }
      return all.sort((x, y) => x - y).slice(0, 4).map((x) => x.toFixed(1)).join(' ');
    };
    const first = await service.list({}, { sort, limit: 50 });
    const two = first.nextCursor ?? undefined;
    const out = [sort, 'first', await timed(() => service.list({}, { sort, limit: 50 })),
      'second', await timed(() => service.list({}, { sort, limit: 50, cursor: two })),
      'glance', await timed(() => app.nest.get(PlatformGlances, { strict: false }).of(first.items)),
      'page', await timed(() => browser.agent.get(`/platforms?sort=${sort}`))];
    process.stdout.write(out.join(' ') + '\n');
    const real = unit.manager.dataSource.createQueryRunner();
    const spy = jest.spyOn(Object.getPrototypeOf(real), 'query');
    await service.list({}, { sort, limit: 50, cursor: two });
    const [sql, params] = spy.mock.calls.at(-1) as [string, unknown[]];
    spy.mockRestore();
    await real.release();
    const plan = await unit.manager.query(database().kind === 'sqlite' ? `EXPLAIN QUERY PLAN ${sql}` : `EXPLAIN ${sql}`, params);
    process.stdout.write(JSON.stringify(plan) + '\n');
  });
});

/** Twelve scans of every platform, of which some found it flagged, were inconclusive, or failed. */
async function scan(app: TestApp): Promise<void> {
  const unitOfWork = app.nest.get(UnitOfWork);
  await unitOfWork.run(async () => {
    const common = { trigger: 'scheduled', state: 'completed', isOverAll: true } as const;
    for (let nth = 0; nth < SCANS; nth += 1) {
      await unitOfWork.repository(Scan).insert({ ...common, createdAt: AT, startedAt: AT, finishedAt: AT });
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

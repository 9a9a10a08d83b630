import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformGlances } from '../../src/scan/platform-glance.service.js';
import type { ScanMark } from '../../src/scan/scan-strip.rules.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';

const AT = new Date('2026-11-20T10:00:00.000Z');

describeOnEachDatabase('the last scans of platforms at a glance', (database) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
  });
  afterAll(async () => {
    await app.stop();
  });

  const unitOfWork = () => app.nest.get(UnitOfWork);
  const glances = () => app.nest.get(PlatformGlances, { strict: false });
  /** A platform with past tasks, oldest first; null is one that was skipped or joined another. */
  const scanned = async (marks: (ScanMark | null)[], isMeasured = true, flags = 3) => {
    const platform = await aPlatform(app);
    await unitOfWork().run(async () => {
      const scan = await unitOfWork().repository(Scan).save({
        trigger: 'manual',
        state: 'completed',
        isOverAll: false,
        createdAt: AT,
        finishedAt: AT,
      });
      for (const [position, mark] of marks.entries()) {
        const isDone = mark !== 'failed';
        await unitOfWork()
          .repository(ScanTask)
          .insert({
            scanId: scan.id,
            platformId: platform.id,
            position,
            state:
              mark === null && position % 2 === 0 ? 'skipped' : isDone ? 'completed' : 'failed',
            joinedTaskId: mark === null ? 1 : null,
            isFlagged: isDone ? mark === 'flagged' : null,
            isConclusive: isDone ? mark !== 'inconclusive' : null,
            malicious: isDone ? position : null,
            suspicious: isDone ? flags : null,
            harmless: isDone ? 60 : null,
            undetected: isDone ? 31 : null,
            unanswered: isDone ? 5 : null,
          });
      }
      const lastConclusiveAt = isMeasured ? AT : null;
      await unitOfWork().repository(Platform).update(platform.id, { lastConclusiveAt });
    });
    return { id: platform.id, lastConclusiveAt: isMeasured ? AT : null };
  };

  it('are what each scan said, oldest first, and the engines of the last conclusive one', async () => {
    const none = await scanned([], false);
    const one = await scanned(['clean']);
    const mixed = await scanned([
      'clean',
      'failed',
      null,
      'flagged',
      null,
      'inconclusive',
      'failed',
    ]);
    const never = await scanned(['inconclusive', 'failed'], false);
    const glance = await glances().of([none, one, mixed, never]);

    expect(glance(none.id)).toEqual({ marks: [], engines: null });
    expect(glance(one.id)).toEqual({ marks: ['clean'], engines: { flags: 3, answered: 94 } });
    expect(glance(mixed.id)).toEqual({
      marks: ['clean', 'failed', 'flagged', 'inconclusive', 'failed'],
      engines: { flags: 6, answered: 97 },
    });
    expect(glance(never.id)).toEqual({ marks: ['inconclusive', 'failed'], engines: null });
  });

  it('are the newest twelve; the last conclusive one counts however old', async () => {
    const inconclusive = Array.from({ length: 14 }, () => 'inconclusive' as const);
    const old = await scanned(['clean', 'flagged', ...inconclusive]);
    const long = await scanned([...inconclusive, 'flagged']);
    // Thinned out: the platform knows of a conclusive scan, and no task tells more.
    const thinned = await scanned(inconclusive);
    const glance = await glances().of([old, long, thinned]);

    expect(glance(old.id)).toEqual({
      marks: inconclusive.slice(0, 12),
      engines: { flags: 4, answered: 95 },
    });
    expect(glance(long.id).marks).toEqual([...inconclusive.slice(0, 11), 'flagged']);
    expect(glance(thinned.id).engines).toBeNull();
  });

  it('are asked for by two statements at most, of however many platforms', async () => {
    const all = [];
    for (let nth = 0; nth < 20; nth += 1) {
      all.push(
        await scanned(nth % 2 === 0 ? ['clean'] : Array.from({ length: 13 }, () => 'failed')),
      );
    }
    const { manager } = unitOfWork();
    const query = jest.spyOn(Object.getPrototypeOf(manager), 'query');
    await glances().of(all);
    const count = query.mock.calls.length;
    query.mockRestore();
    expect(count).toBe(2);
    expect((await glances().of([]))(1)).toEqual({ marks: [], engines: null });
  });

  it('do not call for help where every flag was accepted', async () => {
    const { id } = await scanned(['clean', 'flagged']);
    await unitOfWork().run(() =>
      unitOfWork()
        .repository(Platform)
        .update(id, { name: 'acceptable', state: 'clean', lastConclusiveAt: new Date() }),
    );
    const { page } = await (await app.browser('viewer')).open('/platforms?search=acceptable');

    expect(page('tbody tr .badge').text()).toBe('cleanaccepted');
    expect(page('tbody tr strong')).toHaveLength(0);
  });

  it('are drawn in the list, with words for those who cannot see them', async () => {
    const { id } = await scanned(['clean', 'clean', 'failed', 'flagged']);
    await unitOfWork().run(() =>
      unitOfWork().repository(Platform).update(id, { name: 'glanced', state: 'flagged' }),
    );
    await aPlatform(app, { name: 'glanced never', active: false });
    const browser = await app.browser('viewer');
    const { page } = await browser.open('/platforms?search=glanced');
    const [row, other] = page('tbody tr').toArray();
    const french = await browser.agent
      .get('/platforms?search=glanced')
      .set('Accept-Language', 'fr');

    expect(page(row).find('svg.scan-strip').attr('aria-label')).toBe(
      'Last 4 scans, oldest first: 2 clean, then 1 failed, then 1 flagged',
    );
    expect(page(row).find('svg.scan-strip').attr('role')).toBe('img');
    expect(page(row).text()).toContain('6 of 97');
    expect(page(row).find('td[data-label="Flags"] time').attr('datetime')).toBe(AT.toISOString());
    expect(page(row).text()).toContain('stale');
    expect(page(row).text()).not.toContain('accepted');
    expect(page(other).find('svg')).toHaveLength(0);
    expect(page(other).text()).toContain('not active');
    expect(page('[style]')).toHaveLength(0);
    expect(french.text).toContain('6 sur 97');
    expect(french.text).toContain('du plus ancien au plus récent');
  });
});

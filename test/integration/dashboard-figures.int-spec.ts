import { AlertFigures } from '../../src/alert/alert-figures.service.js';
import { ageParameters, ALERT_AGES } from '../../src/alert/alert-age.rules.js';
import { AlertPageQuery, pageFilter } from '../../src/alert/alert-query.dto.js';
import { SEVERITIES } from '../../src/alert/alert.rules.js';
import { AlertService } from '../../src/alert/alert.service.js';
import { DetectionFigures } from '../../src/alert/detection-figures.service.js';
import { EngineFigureService } from '../../src/alert/engine-figures.service.js';
import { Clock } from '../../src/config/clock.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { PlatformFigures } from '../../src/platform/platform-figures.service.js';
import type { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { ScanFigures } from '../../src/scan/scan-figures.service.js';
import { Scan, type ScanState } from '../../src/scan/scan.entity.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { validateDto } from '../../src/web/validation.js';
import { AlertScenario, type Says } from '../support/alert-scenario.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const PAGE = { limit: 1 };

const says = (names: readonly string[], category: string): Says =>
  Object.fromEntries(names.map((name) => [name, category]));
const bad = (...names: string[]) => says(names, 'malicious');

describeOnEachDatabase('the figures of the dashboard', (database) => {
  let clock: FakeClock;
  let app: TestApp;
  let scenario: AlertScenario;

  beforeAll(async () => {
    clock = new FakeClock('2026-01-01T09:00:00.000Z');
    app = await TestApp.start({ env: database().env, clock });
    scenario = new AlertScenario(app);
  });
  afterAll(async () => {
    await app.stop();
  });

  const get = <T>(type: abstract new (...args: never[]) => T): T =>
    app.nest.get<T>(type, { strict: false });
  const alertsWhere = async (parameters: Record<string, string>) => {
    const filter = pageFilter(validateDto(AlertPageQuery, parameters), clock.now());
    return (await get(AlertService).list(filter, PAGE)).total;
  };

  it('are nothing of an empty installation', async () => {
    const none = { day: 0, week: 0, month: 0, older: 0 };
    expect(await get(AlertFigures).openByAge()).toEqual({
      critical: none,
      high: none,
      medium: none,
      low: none,
    });
    expect(await get(AlertFigures).flaggedPlatforms(10)).toEqual([]);
    expect(await get(DetectionFigures).topEngines(10)).toEqual([]);
    const days = await get(DetectionFigures).byDay(90);
    expect(days).toHaveLength(90);
    expect(days.every(({ malicious, suspicious }) => malicious + suspicious === 0)).toBe(true);
    expect(days.at(-1)?.day).toBe('2026-01-01');
    expect(await get(PlatformFigures).counts()).toEqual({
      active: 0,
      flagged: 0,
      clean: 0,
      unknown: 0,
    });
    expect(await get(ScanFigures).hasFinished()).toBe(false);
    expect(await get(ScanFigures).finishedSince(new Date(0))).toEqual([]);
  });

  describe('of alerts of forty days', () => {
    const platforms = new Map<string, Platform>();
    const idOf = (name: string) => platforms.get(name)?.id ?? 0;
    const scan = async (name: string, what: Says) => {
      const known = platforms.get(name) ?? (await aPlatform(app, { name }));
      platforms.set(name, known);
      return scenario.scan(known.id, what);
    };
    const settle = async (name: string, state: 'resolved' | 'false_positive') => {
      const { id } = await scenario.latest(idOf(name));
      const reason = state === 'resolved' ? { reason: 'remediated' as const } : {};
      await scenario.change(id, { state, ...reason });
    };

    beforeAll(async () => {
      await aVendor(app, { name: 'Alpha' });
      await scan('critical', bad('Alpha', 'Beta', 'Gamma', 'Delta', 'Epsilon'));
      await scan('cleared', bad('Alpha'));
      await scan('accepted', bad('Alpha', 'Beta'));
      await scan('remediated', bad('Gamma'));
      await scan('removed', bad('Delta'));
      await clock.skip(5 * DAY_MS);
      await scan('cleared', says(['Alpha'], 'harmless'));
      await settle('accepted', 'false_positive');
      await settle('remediated', 'resolved');
      await scenario.remove(idOf('removed'));
      await clock.skip(27 * DAY_MS);
      await scan('eight days', bad('Alpha', 'Beta'));
      await clock.skip(HOUR_MS);
      await scan('a week', bad('Alpha'));
      await clock.skip(8 * DAY_MS - HOUR_MS);
      await scan('new', says(['Alpha', 'Zeta'], 'suspicious'));
      // Of what was accepted nothing is new, but another engine is.
      await scan('accepted', bad('Alpha', 'Beta', 'Gamma'));
    });

    it('count each open alert once, as the list that is linked does', async () => {
      const counts = await get(AlertFigures).openByAge();
      expect(counts).toEqual({
        critical: { day: 0, week: 0, month: 0, older: 1 },
        high: { day: 0, week: 0, month: 1, older: 0 },
        medium: { day: 1, week: 1, month: 0, older: 0 },
        low: { day: 1, week: 0, month: 0, older: 0 },
      });
      for (const severity of SEVERITIES) {
        for (const age of ALERT_AGES) {
          const listed = await alertsWhere({ severity, ...ageParameters(age) });
          expect([severity, age, counts[severity][age]]).toEqual([severity, age, listed]);
        }
      }
    });

    it('name what is flagged, the worst first, and last what has no alert', async () => {
      const flagged = await get(AlertFigures).flaggedPlatforms(10);
      expect(
        flagged.map(({ platform, flags, alert, since }) => [
          platform.name,
          flags,
          alert?.severity ?? null,
          since.toISOString().slice(0, 10),
        ]),
      ).toEqual([
        ['critical', 5, 'critical', '2026-01-01'],
        ['eight days', 2, 'high', '2026-02-02'],
        ['a week', 1, 'medium', '2026-02-02'],
        ['accepted', 1, 'medium', '2026-02-10'],
        ['new', 2, 'low', '2026-02-10'],
        ['remediated', 1, null, '2026-01-01'],
      ]);
      const two = await get(AlertFigures).flaggedPlatforms(2);
      expect(two.map(({ platform }) => platform.name)).toEqual(['critical', 'eight days']);
    });

    it('count what an engine flags now as the page of its vendor does', async () => {
      const top = await get(DetectionFigures).topEngines(10);
      expect(top.map(({ engine, detections }) => [engine, detections])).toEqual([
        ['Alpha', 4],
        ['Gamma', 3],
        ['Beta', 2],
        ['Delta', 1],
        ['Epsilon', 1],
        ['Zeta', 1],
      ]);
      expect(top.map(({ vendorId }) => vendorId !== null)).toEqual([
        true,
        ...Array<boolean>(5).fill(false),
      ]);
      const ids = await get(UnitOfWork).run(() =>
        get(EngineService).ensure(
          top.map(({ engine }) => engine),
          clock.now(),
        ),
      );
      for (const { engine, detections } of top) {
        const { nowCount } = await get(EngineFigureService).of([ids.get(engine) ?? 0]);
        expect([engine, detections]).toEqual([engine, nowCount]);
      }
      expect(await get(DetectionFigures).topEngines(1)).toHaveLength(1);
    });

    it('tell how many stood at the end of each day', async () => {
      const days = await get(DetectionFigures).byDay(60);
      const on = (day: string) => {
        const found = days.find((one) => one.day === day);
        return [found?.malicious, found?.suspicious];
      };
      expect(on('2025-12-31')).toEqual([0, 0]);
      // Five, one cleared later, two accepted later, one remediated, one removed.
      expect(on('2026-01-01')).toEqual([10, 0]);
      expect(on('2026-01-05')).toEqual([10, 0]);
      // What was remediated stands until a scan clears it.
      expect(on('2026-01-06')).toEqual([6, 0]);
      expect(on('2026-02-01')).toEqual([6, 0]);
      expect(on('2026-02-02')).toEqual([9, 0]);
      expect(on('2026-02-10')).toEqual([10, 2]);
      // A window that begins later leaves none of them out.
      expect(await get(DetectionFigures).byDay(3)).toEqual(days.slice(-3));
    });
  });

  describe('of platforms', () => {
    it('count each in one state, as the list does, a stale one as unknown', async () => {
      const before = await get(PlatformFigures).counts();
      const platforms = get(PlatformService);
      const found = async (state: 'flagged' | 'clean', agoDays: number, active = true) => {
        const { id } = await aPlatform(app, { active });
        await platforms.recordResult(id, {
          state,
          scannedAt: new Date(clock.now().getTime() - agoDays * DAY_MS),
          isConclusive: true,
          answeredEngines: 90,
        });
        return id;
      };
      await found('clean', 1);
      await found('clean', 30);
      await found('flagged', 30);
      await found('clean', 1, false);
      await platforms.archive(await found('flagged', 1));
      const counts = await get(PlatformFigures).counts();
      expect(counts).toEqual({
        active: before.active + 3,
        flagged: before.flagged + 1,
        clean: before.clean + 2,
        unknown: before.unknown + 1,
      });
      for (const state of ['flagged', 'clean', 'unknown'] as const) {
        expect((await platforms.list({ state }, PAGE)).total).toBe(counts[state]);
      }
    });
  });

  describe('of scans', () => {
    const aScan = (state: ScanState, given: Partial<Scan> = {}) =>
      get(UnitOfWork).run(() =>
        get(UnitOfWork)
          .repository(Scan)
          .save({
            trigger: 'manual',
            state,
            isOverAll: true,
            openOverAll: null,
            requestsUsed: 5,
            createdAt: clock.now(),
            startedAt: clock.now(),
            finishedAt: clock.now(),
            ...given,
          }),
      );

    it('take none for done that was cancelled, is open, or had nothing to do', async () => {
      await aScan('cancelled');
      await aScan('running', { finishedAt: null });
      await aScan('completed', { requestsUsed: 0 });
      expect(await get(ScanFigures).hasFinished()).toBe(false);
      expect(await get(ScanFigures).finishedSince(new Date(0))).toEqual([]);
      await aScan('completed_with_errors', { isOverAll: false });
      expect(await get(ScanFigures).hasFinished()).toBe(true);
      expect(await get(ScanFigures).finishedSince(new Date(0))).toEqual([]);
      await aScan('completed');
      expect(await get(ScanFigures).finishedSince(get(Clock).now())).toEqual([clock.now()]);
      expect(await get(ScanFigures).finishedSince(new Date(clock.now().getTime() + 1))).toEqual([]);
    });
  });
});

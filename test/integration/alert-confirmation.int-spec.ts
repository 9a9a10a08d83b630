import { SchedulerRegistry } from '@nestjs/schedule';
import { AlertEvent } from '../../src/alert/alert-event.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { FlagConfirmation } from '../../src/scan/flag-confirmation.service.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { VerdictInterval } from '../../src/scan/verdict-interval.entity.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { BudgetUsage } from '../../src/virustotal/budget-usage.entity.js';
import { dayOf } from '../../src/virustotal/budget.rules.js';
import { TestApp } from '../support/app.js';
import { AlertScenario, INCONCLUSIVE, type Says } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { completeTask, startWithIdleEngine, verdictsOf } from '../support/scan-drive.js';

const HOUR_MS = 3_600_000;

describeOnEachDatabase('a flag by one engine alone', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let at: AlertScenario;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await startWithIdleEngine(database(), { clock });
    at = new AlertScenario(app);
    // The test looks by itself.
    app.nest.get(SchedulerRegistry, { strict: false }).deleteInterval('flag-confirmation');
  });
  afterEach(async () => {
    await at.unitOfWork.run(async () => {
      await at.unitOfWork.repository(ScanTask).createQueryBuilder().delete().execute();
      await at.unitOfWork.repository(Scan).createQueryBuilder().delete().execute();
      await at.unitOfWork.repository(BudgetUsage).createQueryBuilder().delete().execute();
    });
  });
  afterAll(async () => {
    await app.stop();
  });

  const look = () => app.nest.get(FlagConfirmation, { strict: false }).look();
  const later = (hours: number) => clock.skip(hours * HOUR_MS);
  const scans = () => at.unitOfWork.repository(Scan).find({ order: { id: 'ASC' } });

  async function flagged(says: Says = { A: 'malicious' }) {
    const { id } = await aPlatform(app);
    await at.scan(id, says);
    return at.latest(id);
  }

  it('is scanned again once, hours later, and the timeline says so', async () => {
    const alert = await flagged();
    await later(7);
    expect(await look()).toBe(0);
    await later(2);
    expect(await look()).toBe(1);
    const [scan, ...more] = await scans();
    expect(more).toEqual([]);
    expect(scan).toMatchObject({ trigger: 'scheduled', isOverAll: false, requestedBy: null });
    const tasks = await at.unitOfWork.repository(ScanTask).find();
    expect(tasks).toMatchObject([{ platformId: alert.platformId, isUrgent: true }]);
    const lines = await at.unitOfWork
      .repository(AlertEvent)
      .findBy({ alertId: alert.id, kind: 'confirmation_begun' });
    expect(lines).toHaveLength(1);

    // Neither a later look nor another engine's flag begins a second one.
    await at.scan(alert.platformId, { A: 'malicious', B: 'malicious' });
    await later(20);
    expect(await look()).toBe(0);
    expect((await at.latest(alert.platformId)).confirmAt).toBeNull();
  });

  it('is cleared by the scan that was to confirm it, and the page says what that scan changed', async () => {
    const { id } = await aPlatform(app);
    const scanned = async (named: Parameters<typeof verdictsOf>[0]) => {
      const [task] = await at.unitOfWork
        .repository(ScanTask)
        .findBy({ openPlatformId: id, state: 'pending' });
      await completeTask(app, task!, verdictsOf(named));
    };
    const start = () =>
      app.nest.get(ScanService).startNamed([id], { trigger: 'api', requestedBy: null });
    await start();
    await scanned({ Sophos: ['harmless', 'clean'] });
    await start();
    await scanned({ Sophos: ['malicious', 'phishing site'] });
    const alert = await at.latest(id);
    const analyst = await app.browser('analyst');
    const { page } = await analyst.open(`/alerts/${alert.id}`);
    expect(page('dl').text()).toContain('1 of 26 engines that answered');
    expect(page('.changes').text()).toContain('Sophos: harmless');
    expect(page('#guidance').text()).toContain('Likely a false positive');
    expect(page(`form[action="/platforms/${id}/scans"]`)).toHaveLength(1);

    await later(9);
    expect(await look()).toBe(1);
    await scanned({ Sophos: ['harmless', 'clean'] });
    expect(await at.latest(id)).toMatchObject({ id: alert.id, reason: 'cleared' });
    const again = await app.browser('viewer');
    const { page: after } = await again.open(`/alerts/${alert.id}`);
    expect(after('dl').text()).toContain('0 of 26 engines that answered');
    expect(after('.told').text()).toMatch(/Scanned again, in scan \d+, to confirm/);
    expect(after('#guidance')).toHaveLength(0);
    await at.unitOfWork.run(() =>
      at.unitOfWork.repository(VerdictInterval).createQueryBuilder().delete().execute(),
    );
  });

  it('is scanned again once, however many instances look', async () => {
    await flagged();
    await later(9);
    const begun = await Promise.all([look(), look(), look()]);
    expect(begun.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await scans()).toHaveLength(1);
  });

  it('is not, when it is not alone', async () => {
    await flagged({ A: 'malicious', B: 'malicious' });
    await flagged({ A: 'malicious', B: 'suspicious', C: 'malicious' });
    await later(9);
    expect(await look()).toBe(0);
  });

  it('is not, when the alert was settled, the platform removed or flagged again meanwhile', async () => {
    const settled = await flagged();
    await at.change(settled.id, { state: 'false_positive' });
    const removed = await flagged();
    await at.remove(removed.platformId);
    const scanned = await flagged();
    await later(3);
    await at.scan(scanned.platformId, { A: 'malicious' }, INCONCLUSIVE);
    await later(6);
    expect(await look()).toBe(0);
    expect(await scans()).toEqual([]);
    for (const { platformId } of [settled, removed, scanned]) {
      expect((await at.latest(platformId)).confirmAt).toBeNull();
    }
  });

  it('is, when a scan meanwhile had no answer of that engine', async () => {
    const { platformId } = await flagged();
    await later(3);
    await at.scan(platformId, { B: 'harmless' }, INCONCLUSIVE);
    await at.scan(platformId, { A: 'harmless' }, INCONCLUSIVE);
    await at.unitOfWork.run(() =>
      app.nest.get(PlatformService).recordResult(platformId, {
        state: 'flagged',
        isConclusive: false,
        answeredEngines: 1,
        scannedAt: clock.now(),
      }),
    );
    await later(6);
    expect(await look()).toBe(1);
    expect(await scans()).toHaveLength(1);
  });

  it('is found by an index', async () => {
    const explain = at.unitOfWork.isSerial ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
    const plan = await at.unitOfWork.manager.query<object[]>(
      `${explain} SELECT id FROM alerts WHERE confirm_at <= '2026-01-01' ORDER BY confirm_at, id`,
    );
    expect(JSON.stringify(plan)).toContain('ix_alerts_confirm_at');
  });

  it('waits while the reserve is needed, and is given up a day after it was raised', async () => {
    const alert = await flagged();
    await later(9);
    const { keyId } = await app.nest.get(VirusTotalSettingsService).current();
    const spend = (used: number) =>
      at.unitOfWork.run(() =>
        at.unitOfWork.repository(BudgetUsage).save({
          keyId: keyId ?? '',
          period: dayOf(clock.now()),
          used,
          usedByOthers: 0,
          allowed: null,
          readAt: null,
        }),
      );
    await spend(474);
    expect(await look()).toBe(0);
    expect((await at.latest(alert.platformId)).confirmAt).not.toBeNull();
    await spend(450);
    expect(await look()).toBe(1);

    const other = await flagged();
    await later(25);
    expect(await look()).toBe(0);
    expect((await at.latest(other.platformId)).confirmAt).toBeNull();
  });
});

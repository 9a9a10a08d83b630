import { Alert } from '../../src/alert/alert.entity.js';
import { AlertEvent } from '../../src/alert/alert-event.entity.js';
import { Detection } from '../../src/alert/detection.entity.js';
import { isUniqueViolation } from '../../src/database/unique-violation.js';
import { TestApp } from '../support/app.js';
import { AlertScenario, CONCLUSIVE, INCONCLUSIVE } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

describeOnEachDatabase('the life of an alert', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let at: AlertScenario;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await TestApp.start({ env: database().env, clock });
    at = new AlertScenario(app);
  });
  afterAll(async () => {
    await app.stop();
  });

  const newPlatform = async () => (await aPlatform(app)).id;
  const later = (ms = 60_000) => clock.skip(ms);

  it('opens, is brought up to date, clears, and opens anew with a link', async () => {
    const id = await newPlatform();
    expect(await at.scan(id, { A: 'malicious', B: 'harmless' })).toBe(true);
    const first = await at.latest(id);
    expect(first).toMatchObject({
      version: 1,
      state: 'new',
      severity: 'medium',
      openPlatformId: id,
      previousAlertId: null,
    });

    await later();
    await at.scan(id, { A: ['suspicious', 'spam'], B: 'malicious', C: 'malicious' });
    expect(await at.detections(first.id)).toEqual([
      'A: suspicious, spam, detected',
      'B: malicious, detected',
      'C: malicious, detected',
    ]);
    expect(await at.latest(id)).toMatchObject({ id: first.id, version: 2, severity: 'high' });

    await later();
    await at.scan(id, { A: 'harmless', B: 'undetected', C: 'malicious' });
    expect(await at.latest(id)).toMatchObject({ version: 3, severity: 'medium', state: 'new' });

    await later();
    expect(await at.scan(id, { C: 'undetected' })).toBe(false);
    expect(await at.latest(id)).toMatchObject({
      version: 4,
      state: 'resolved',
      reason: 'cleared',
      openPlatformId: null,
      resolvedAt: clock.now(),
    });
    expect(await at.kinds(first.id)).toEqual([
      'opened',
      'detection_added',
      ...['detection_added', 'detection_added', 'detection_changed', 'severity_changed'],
      ...['detection_cleared', 'detection_cleared', 'severity_changed'],
      ...['detection_cleared', 'cleared'],
    ]);

    await later();
    await at.scan(id, { C: 'malicious' });
    const second = await at.latest(id);
    expect(second).toMatchObject({ state: 'new', previousAlertId: first.id });
    expect(await at.detections(second.id)).toEqual(['C: malicious, detected']);
  });

  it('writes nothing but when the flags were last seen, in a scan that changes nothing', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious', B: 'suspicious' });
    const before = await at.latest(id);
    const lines = await at.kinds(before.id);

    await later();
    await at.scan(id, { A: 'malicious', B: 'suspicious' });
    expect(await at.latest(id)).toEqual(before);
    expect(await at.kinds(before.id)).toEqual(lines);
    const { detections } = await at.enriched(before.id);
    expect(detections.map(({ detection }) => detection.lastSeenAt)).toEqual([
      clock.now(),
      clock.now(),
    ]);
  });

  it('clears nothing in an inconclusive scan, but takes its flags', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious' });
    expect(await at.scan(id, { A: 'harmless', B: 'malicious' }, INCONCLUSIVE)).toBe(true);
    const { id: alertId } = await at.latest(id);
    expect(await at.detections(alertId)).toEqual([
      'A: malicious, detected',
      'B: malicious, detected',
    ]);
  });

  it('opens at the threshold, with what was flagged before', async () => {
    const id = await newPlatform();
    const how = { ...CONCLUSIVE, threshold: 2 };
    expect(await at.scan(id, { A: 'malicious' }, how)).toBe(true);
    expect(await at.alerts(id)).toEqual([]);

    await at.scan(id, { B: 'malicious' }, how);
    const alert = await at.latest(id);
    expect(alert.severity).toBe('high');
    expect(await at.detections(alert.id)).toEqual([
      'A: malicious, detected',
      'B: malicious, detected',
    ]);
    expect(await at.kinds(alert.id)).toEqual(['opened', 'detection_added', 'detection_added']);
  });

  it('opens an alert for a changed result, none for flapping between two accepted ones', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: ['malicious', 'x'] });
    await at.change((await at.latest(id)).id, { state: 'false_positive' });
    await at.scan(id, { A: ['malicious', 'y'] });
    expect(await at.alerts(id)).toHaveLength(2);
    await at.change((await at.latest(id)).id, { state: 'false_positive' });

    for (const result of ['x', 'y', 'x', 'x', 'y']) {
      expect(await at.scan(id, { A: ['malicious', result] })).toBe(false);
    }
    expect(await at.alerts(id)).toHaveLength(2);
    await at.scan(id, { A: ['malicious', 'z'] });
    expect(await at.alerts(id)).toHaveLength(3);
  });

  it('resolves an alert whose one flag turned back into an accepted one', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: ['malicious', 'x'] });
    await at.change((await at.latest(id)).id, { state: 'false_positive' });
    await at.scan(id, { A: ['malicious', 'y'] });
    expect(await at.scan(id, { A: ['malicious', 'x'] })).toBe(false);
    expect(await at.latest(id)).toMatchObject({ state: 'resolved', reason: 'cleared' });
  });

  it('is one a platform by a constraint of the database', async () => {
    const id = await newPlatform();
    const now = clock.now();
    const alert = {
      version: 1,
      platformId: id,
      openPlatformId: id,
      state: 'new' as const,
      severity: 'low' as const,
      openedAt: now,
      updatedAt: now,
    };
    // TypeORM writes the id into what it inserts.
    const insert = () =>
      at.unitOfWork.run(() => at.unitOfWork.repository(Alert).insert({ ...alert }));
    await insert();
    const second: unknown = await insert().catch((error: unknown) => error);
    expect(isUniqueViolation(second)).toBe(true);
    expect(String(second)).toMatch(/open_platform/);
    expect(await at.alerts(id)).toHaveLength(1);
  });

  it('is written whole or not at all: a unit of work that fails leaves nothing of it', async () => {
    const id = await newPlatform();
    const counts = () =>
      Promise.all(
        [Alert, Detection, AlertEvent].map((entity) => at.unitOfWork.repository(entity).count()),
      );
    const before = await counts();
    await expect(
      at.unitOfWork.run(async () => {
        await at.scanInside(id, { A: 'malicious', B: 'suspicious' });
        throw new Error('the scan could not be finished');
      }),
    ).rejects.toThrow('the scan could not be finished');
    expect(await counts()).toEqual(before);
    expect(await at.scan(id, { A: 'malicious' })).toBe(true);
  });
});

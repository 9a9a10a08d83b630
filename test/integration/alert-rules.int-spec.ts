import { Alert } from '../../src/alert/alert.entity.js';
import { AlertEvent } from '../../src/alert/alert-event.entity.js';
import { Detection } from '../../src/alert/detection.entity.js';
import { isUniqueViolation } from '../../src/database/unique-violation.js';
import { TestApp } from '../support/app.js';
import { AlertScenario, CONCLUSIVE, INCONCLUSIVE } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;

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

  it.each([{ state: 'false_positive' }, { state: 'resolved', reason: 'accepted_risk' }] as const)(
    '%j accepts, and a new alert lists what was accepted outside its severity',
    async (settled) => {
      const id = await newPlatform();
      await at.scan(id, { A: 'malicious', B: 'malicious' });
      const first = await at.latest(id);
      await at.change(first.id, settled);

      await later();
      expect(await at.scan(id, { A: 'malicious', B: 'malicious' })).toBe(false);
      expect(await at.alerts(id)).toHaveLength(1);

      expect(await at.scan(id, { A: 'malicious', B: 'malicious', C: 'suspicious' })).toBe(true);
      const second = await at.latest(id);
      expect(second).toMatchObject({ previousAlertId: first.id, severity: 'low' });
      expect(await at.detections(second.id)).toEqual([
        'A: malicious, accepted',
        'B: malicious, accepted',
        'C: suspicious, detected',
      ]);
      expect(await at.detections(first.id)).toEqual([
        'A: malicious, accepted',
        'B: malicious, accepted',
      ]);

      expect(await at.scan(id, { A: 'malicious', B: 'malicious', C: 'harmless' })).toBe(false);
      expect(await at.latest(id)).toMatchObject({ state: 'resolved', reason: 'cleared' });
    },
  );

  it('ends an acceptance when the engine clears it, and says so on the settled alert', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious' });
    const first = await at.latest(id);
    const { version } = await at.change(first.id, { state: 'false_positive' });

    await at.scan(id, { A: 'undetected' });
    expect(await at.latest(id)).toMatchObject({ state: 'false_positive', version: version + 1 });
    expect(await at.detections(first.id)).toEqual(['A: malicious, cleared']);
    expect((await at.kinds(first.id)).at(-1)).toBe('detection_cleared');

    await at.scan(id, { A: 'malicious' });
    expect(await at.latest(id)).toMatchObject({ state: 'new', previousAlertId: first.id });
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

  it('counts what was accepted again once the alert is reopened', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious', B: 'malicious' });
    const { id: alertId } = await at.latest(id);
    await at.change(alertId, { state: 'false_positive' });
    const reopened = await at.change(alertId, { state: 'in_progress' });

    expect(reopened).toMatchObject({ reason: null, resolvedAt: null, openPlatformId: id });
    expect(await at.detections(alertId)).toEqual([
      'A: malicious, detected',
      'B: malicious, detected',
    ]);
    expect(await at.scan(id, { A: 'malicious', B: 'malicious' })).toBe(true);
    expect(await at.alerts(id)).toHaveLength(1);
  });

  it('keeps accepted what another alert accepted too, when one of them is reopened', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious' });
    const first = await at.latest(id);
    await at.change(first.id, { state: 'false_positive' });
    await at.scan(id, { A: 'malicious', B: 'malicious' });
    const second = await at.latest(id);
    await at.change(second.id, { state: 'false_positive' });

    await at.change(second.id, { state: 'in_progress' });
    expect(await at.detections(second.id)).toEqual([
      'A: malicious, accepted',
      'B: malicious, detected',
    ]);
  });

  it('takes an older alert that was reopened for the open one', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious' });
    const first = await at.latest(id);
    await at.change(first.id, { state: 'false_positive' });
    await later();
    await at.scan(id, { A: 'malicious', B: 'malicious' });
    const second = await at.latest(id);
    await at.change(second.id, { state: 'false_positive' });
    await at.change(first.id, { state: 'in_progress' });

    await later();
    expect(await at.scan(id, { A: 'malicious', B: 'malicious', C: 'malicious' })).toBe(true);
    expect(await at.alerts(id)).toHaveLength(2);
    expect(await at.detections(first.id)).toEqual([
      'A: malicious, accepted',
      'B: malicious, accepted',
      'C: malicious, detected',
    ]);
    await expect(at.change(second.id, { state: 'in_progress' })).rejects.toMatchObject({
      code: 'ALERT.NEWER_OPEN',
      details: { extra: { alertId: String(first.id) } },
    });
  });

  it('reopens what was remediated when the next conclusive scan flags it the same way', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious' });
    const { id: alertId } = await at.latest(id);
    await at.change(alertId, { state: 'resolved', reason: 'remediated' });

    expect(await at.scan(id, { A: 'malicious' }, INCONCLUSIVE)).toBe(true);
    expect(await at.latest(id)).toMatchObject({ id: alertId, state: 'resolved' });

    expect(await at.scan(id, { A: 'malicious', B: 'malicious' })).toBe(true);
    expect(await at.latest(id)).toMatchObject({
      id: alertId,
      state: 'in_progress',
      reason: null,
      resolvedAt: null,
      severity: 'high',
    });
    expect((await at.kinds(alertId)).slice(-3)).toEqual([
      'reopened',
      'detection_added',
      'severity_changed',
    ]);
  });

  it('leaves what was remediated resolved when its engines clear it, and says so', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious' });
    const { id: alertId } = await at.latest(id);
    await at.change(alertId, { state: 'resolved', reason: 'remediated' });
    expect(await at.scan(id, { A: 'harmless' })).toBe(false);
    expect(await at.latest(id)).toMatchObject({ state: 'resolved', reason: 'remediated' });
    expect((await at.kinds(alertId)).at(-1)).toBe('detection_cleared');
  });

  it('calls a detection silent after 30 days; engine_gone settles it, its answer raises', async () => {
    const id = await newPlatform();
    const other = await newPlatform();
    const [gone, there] = [`Gone ${id}`, `There ${id}`];
    await at.scan(id, { [gone]: 'malicious', [there]: 'malicious' });
    const { id: alertId } = await at.latest(id);

    await later(29 * DAY_MS);
    await at.scan(other, { [there]: 'harmless' });
    await at.scan(id, {});
    expect(await at.latest(id)).toMatchObject({ severity: 'high' });

    await later(2 * DAY_MS);
    await at.scan(id, {});
    expect(await at.latest(id)).toMatchObject({ state: 'new', severity: 'medium' });
    expect(await at.detections(alertId)).toEqual([
      `${gone}: malicious, silent`,
      `${there}: malicious, detected`,
    ]);
    expect(await at.scan(id, { [there]: 'harmless' })).toBe(true);
    expect(await at.latest(id)).toMatchObject({ state: 'new' });

    await at.change(alertId, { state: 'resolved', reason: 'engine_gone' });
    expect(await at.scan(id, { [there]: 'harmless' })).toBe(false);
    await at.scan(id, { [gone]: 'malicious' });
    expect(await at.latest(id)).toMatchObject({ state: 'new', previousAlertId: alertId });
  });

  it('does not lose the flag of an engine that answers to engine_gone', async () => {
    const id = await newPlatform();
    await at.scan(id, { A: 'malicious' });
    const first = await at.latest(id);
    await at.change(first.id, { state: 'resolved', reason: 'engine_gone' });
    expect(await at.scan(id, {})).toBe(true);
    expect(await at.scan(id, { A: 'malicious' })).toBe(true);
    expect(await at.latest(id)).toMatchObject({ state: 'new', previousAlertId: first.id });
  });

  it('resolves when the platform is removed; once it is back its next flag is a new alert', async () => {
    const platform = await aPlatform(app);
    await at.scan(platform.id, { A: 'malicious' });
    const first = await at.latest(platform.id);
    await at.remove(platform.id);
    expect(await at.latest(platform.id)).toMatchObject({
      state: 'resolved',
      reason: 'platform_removed',
      openPlatformId: null,
      version: 2,
    });
    await at.remove(platform.id);
    expect(await at.latest(platform.id)).toMatchObject({ version: 2 });

    await aPlatform(app, { url: platform.url });
    expect(await at.scan(platform.id, {})).toBe(false);
    await at.scan(platform.id, { A: 'malicious' });
    expect(await at.latest(platform.id)).toMatchObject({ previousAlertId: first.id });
  });

  it('gives a reopened alert its detections back, but none that cleared meanwhile', async () => {
    const platform = await aPlatform(app);
    const { id } = platform;
    await at.scan(id, { A: 'malicious', B: 'malicious' });
    const first = await at.latest(id);
    await at.remove(id);
    await aPlatform(app, { url: platform.url });
    await later();
    await at.scan(id, { A: 'malicious' });
    await at.scan(id, { A: 'harmless' });
    await at.change(first.id, { state: 'in_progress' });

    // B speaks through this alert again: its clearing resolves it.
    expect(await at.scan(id, { A: 'harmless', B: 'harmless' })).toBe(false);
    const [alert] = await at.alerts(id);
    expect(alert).toMatchObject({ id: first.id, state: 'resolved', reason: 'cleared' });
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

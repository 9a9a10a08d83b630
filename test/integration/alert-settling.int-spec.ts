import { SilentAlerts } from '../../src/alert/silent-alerts.service.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { TestApp } from '../support/app.js';
import { AlertScenario, INCONCLUSIVE } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;

describeOnEachDatabase('settling and reopening an alert', (database) => {
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

    for (const days of [7, 7, 7, 8]) {
      await later(days * DAY_MS);
      await at.scan(other, { [there]: 'harmless' });
    }
    await at.scan(id, {});
    expect(await at.latest(id)).toMatchObject({ severity: 'high' });

    await later(2 * DAY_MS);
    await at.scan(other, { [there]: 'harmless' });
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

  it('calls a detection silent whose engine has given no answer for 30 days, though it was asked', async () => {
    const id = await newPlatform();
    const stuck = `Stuck ${id}`;
    await at.scan(id, { [stuck]: 'malicious' });
    const { id: alertId } = await at.latest(id);

    for (const category of ['timeout', 'type-unsupported', 'failure', 'timeout', 'timeout']) {
      expect(await at.detections(alertId)).toEqual([`${stuck}: malicious, detected`]);
      await later(7 * DAY_MS);
      await at.scan(id, { [stuck]: category, Other: 'harmless' });
    }
    expect(await at.detections(alertId)).toEqual([`${stuck}: malicious, silent`]);

    await at.scan(await newPlatform(), { [stuck]: 'undetected' });
    await at.scan(id, { [stuck]: 'timeout' });
    expect(await at.detections(alertId)).toEqual([`${stuck}: malicious, detected`]);
  });

  it('does not call an engine silent that answers only in a scan that clears nothing', async () => {
    const id = await newPlatform();
    const rare = `Rare ${id}`;
    await at.scan(id, { [rare]: 'malicious' });
    const { id: alertId } = await at.latest(id);

    await later(31 * DAY_MS);
    await at.scan(id, { [rare]: 'harmless' }, INCONCLUSIVE);
    expect(await at.detections(alertId)).toEqual([`${rare}: malicious, detected`]);
  });

  it('calls no engine silent for a time in which nothing was scanned', async () => {
    const id = await newPlatform();
    const away = `Away ${id}`;
    await at.scan(id, { [away]: 'malicious', Other: 'harmless' });
    const { id: alertId } = await at.latest(id);

    await later(100 * DAY_MS);
    for (const days of [0, 1, 7, 7]) {
      await later(days * DAY_MS);
      await at.scan(id, { Other: 'harmless' });
      expect(await at.detections(alertId)).toEqual([`${away}: malicious, detected`]);
    }
    await later(8 * DAY_MS);
    await at.scan(id, { Other: 'harmless' });
    expect(await at.detections(alertId)).toEqual([`${away}: malicious, silent`]);
    await at.change(alertId, { state: 'resolved', reason: 'engine_gone' });
  });

  it('lists and settles what an engine that is gone holds open on a platform that is not scanned', async () => {
    const [id, other, heard] = [await newPlatform(), await newPlatform(), await newPlatform()];
    const gone = `Gone ${id}`;
    await at.scan(id, { [gone]: 'malicious', Other: 'harmless' });
    await at.scan(heard, { [gone]: 'malicious', Other: 'malicious' });
    const alerts = [await at.latest(id), await at.latest(heard)];
    for (const platformId of [id, heard]) {
      await app.nest.get(PlatformService).update(platformId, { active: false });
    }
    const silent = app.nest.get(SilentAlerts);
    const listed = async () =>
      (await silent.all()).map(({ platformId }) => platformId).filter((one) => one >= id);
    for (let week = 0; week < 4; week += 1) {
      await later(7 * DAY_MS);
      await at.scan(other, { Other: 'harmless' });
      expect(await listed()).toEqual([]);
    }
    await later(7 * DAY_MS);
    await at.scan(other, { Other: 'harmless' });

    expect(await listed()).toEqual([id]);
    const ids = alerts.map((one) => one.id);
    expect(await silent.settle(ids, 'ada@example.org')).toBe(1);

    expect(await at.latest(id)).toMatchObject({ state: 'resolved', reason: 'engine_gone' });
    expect((await app.nest.get(PlatformService).get(id)).state).not.toBe('flagged');
    expect((await at.kinds(ids[0]!)).slice(-2)).toEqual(['detection_silent', 'state_changed']);
    expect(await at.detections(ids[0]!)).toEqual([`${gone}: malicious, silent`]);
    expect(await at.latest(heard)).toMatchObject({ state: 'new' });
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
});

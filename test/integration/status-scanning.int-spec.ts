import request from 'supertest';
import type { WaitReason } from '../../src/scan/scan.entity.js';
import { ScanStateService } from '../../src/scan/scan-state.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import type { ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { activate, startWithIdleEngine } from '../support/scan-drive.js';

const HOUR_MS = 60 * 60_000;

describeOnEachDatabase('whether scanning is well', (database) => {
  let clock: FakeClock;
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await startWithIdleEngine(database(), { clock });
    api = await app.api();
    await aPlatform(app);
  });
  beforeEach(async () => {
    await activate(app);
    await settings().recordKeyState('accepted', null);
  });
  afterAll(async () => {
    await app.stop();
  });

  const health = async () => {
    const { status, body } = await request(app.http).get('/health');
    const { details } = body as { details: { scanning: Record<string, unknown> } };
    const { overdue, integration } = details.scanning;
    return { status, overdue, integration };
  };
  const isWellOnPage = async () => {
    const { page } = await (await app.browser('viewer')).open('/status');
    return page('h1 + .badge').text();
  };
  const settings = () => app.nest.get(VirusTotalSettingsService);
  const scanWaits = (reason: WaitReason, forMs: number | null) =>
    app.nest.get(ScanStateService, { strict: false }).waiting({
      reason,
      until: forMs === null ? null : new Date(clock.now().getTime() + forMs),
    });

  it('is not asked of an inactive integration, whatever was left behind', async () => {
    await api.post('/scans').expect(202);
    expect(await isWellOnPage()).toBe('Scanning is well');
    const { page } = await (await app.browser('viewer')).open('/status');
    expect(page('dl.facts').first().text()).toMatch(/Last scan\s+\d{4}-/);
    await clock.skip(3 * HOUR_MS);
    expect(await health()).toEqual({ status: 503, overdue: true, integration: 'active' });
    expect(await isWellOnPage()).toBe('Scanning is overdue');

    await settings().recordKeyState('rejected', 'HTTP 401');
    await activate(app, false);
    expect(await health()).toEqual({ status: 200, overdue: false, integration: 'inactive' });
    expect(await isWellOnPage()).toBe('Not scanning');
  });

  it('is not asked where there is no key', async () => {
    await settings().update({ apiKey: null });
    const integration = 'configuration_required';
    expect(await health()).toEqual({ status: 200, overdue: false, integration });
  });

  it('is denied as soon as the time has passed until which the scan said it would wait', async () => {
    const waitMs = 5 * HOUR_MS;
    await scanWaits('virustotal_unavailable', waitMs);
    await clock.skip(waitMs - 1);
    expect(await health()).toMatchObject({ status: 200, overdue: false });
    await clock.skip(1);
    expect(await health()).toMatchObject({ status: 503, overdue: true });
  });

  it('is not denied for a scan that only a person can let go on', async () => {
    await scanWaits('key_rejected', null);
    await clock.skip(100 * HOUR_MS);
    expect(await health()).toMatchObject({ status: 200, overdue: false });
  });

  it('is denied while the key is rejected, on the page as well', async () => {
    await scanWaits('key_rejected', null);
    await settings().recordKeyState('rejected', 'HTTP 401');
    expect(await health()).toMatchObject({ status: 503, overdue: false });
    expect(await isWellOnPage()).toBe('not well');
  });
});

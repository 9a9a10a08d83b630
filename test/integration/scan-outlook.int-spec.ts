import { ScanStateService } from '../../src/scan/scan-state.service.js';
import { BudgetUsageService } from '../../src/virustotal/budget-usage.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { type ApiClient, type Browser, type TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { startWithIdleEngine, submitTask, tasksOf } from '../support/scan-drive.js';

describeOnEachDatabase('what pages say of a scan under way', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let viewer: Browser;
  let scanId: string;
  const clock = new FakeClock('2026-11-24T08:00:00.000Z');

  const said = async (path: string) => {
    const { page } = await viewer.open(path);
    return page('main').text().replace(/\s+/g, ' ');
  };
  const othersSpent = async (used: number) => {
    const quotas = { daily: { used, allowed: 500 }, monthly: { used, allowed: 15_500 } };
    const apiKey = await app.nest.get(VirusTotalSettingsService).apiKey();
    await app.nest.get(BudgetUsageService).recordQuotas(quotas, apiKey ?? '');
  };

  beforeAll(async () => {
    app = await startWithIdleEngine(database(), { clock });
    api = await app.api('write');
    viewer = await app.browser('viewer');
    for (let i = 1; i <= 4; i += 1) await aPlatform(app);
    const { body } = await api.post('/scans', {});
    scanId = body.data.id;
  });
  afterAll(async () => {
    await app.stop();
  });

  it('is how many requests it needs, and when it will end', async () => {
    // 4 platforms at 2.3 requests, at 4 a minute.
    const needs = 'Needs about 10 more requests, and ends about 2026-11-24 08:02 UTC.';

    expect(await said(`/scans/${scanId}`)).toContain(needs);
    expect(await said('/status')).toContain(needs);
  });

  it('is fewer once some are submitted', async () => {
    const [first] = await tasksOf(app, scanId);
    await submitTask(app, first!);

    expect(await said(`/scans/${scanId}`)).toContain('Needs about 9 more requests');
  });

  it('is why it waits, until when, what another tool spent, and what is left', async () => {
    await othersSpent(500);
    const until = new Date('2026-11-25T00:00:00.000Z');
    await app.nest.get(ScanStateService).waiting({ reason: 'day_quota_spent', until });

    expect(await said('/')).toContain('Scan 1 waiting 0 of 4 platforms done');
    for (const path of [`/scans/${scanId}`, '/status']) {
      const text = await said(path);
      expect(text).toMatch(
        /Waits: the day’s quota is spent \(\d+ of 500 by Oju, \d+ by another tool with the same key\); goes on at 2026-11-25 00:00 UTC\. 4 platforms left\./,
      );
      expect(text).toContain('Needs about 9 more requests, and ends about 2026-11-25 00:02 UTC.');
    }
  });

  it('is no date when only a person can make it go on', async () => {
    await app.nest.get(ScanStateService).waiting({ reason: 'key_rejected', until: null });

    const text = await said(`/scans/${scanId}`);
    expect(text).toContain('Waits: VirusTotal rejects the API key');
    expect(text).not.toContain('Needs about');
  });
});

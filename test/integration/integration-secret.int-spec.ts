import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { ScanGate } from '../../src/scan/scan-gate.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase, TEST_SECRET } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { aPlatform } from '../support/factories.js';
import { activate, startWithIdleEngine } from '../support/scan-drive.js';
import { DEFAULT_API_KEY } from '../support/virustotal-stand-in/options.js';

const OTHER_SECRET = Buffer.alloc(32, 8).toString('base64');
const IN_WORDS = /cannot be decrypted with this OJU_SECRET/;
const AGAIN = /enter(ed)? (the key |it )?again/i;

jest.setTimeout(30_000);

describeOnEachDatabase('a key that no OJU_SECRET opens', (database) => {
  let app: TestApp;

  const start = (secret: string) =>
    TestApp.start({ env: { ...database().env, OJU_SECRET: secret } });
  const health = async (nest: NestExpressApplication) => {
    const { status, body } = await request(nest.getHttpServer()).get('/health');
    return { status, scanning: (body as { details: Record<string, object> }).details.scanning };
  };
  const askGate = () => app.nest.get(ScanGate, { strict: false }).ask(false);

  beforeAll(async () => {
    const env = { ...database().env, OJU_SECRET: TEST_SECRET };
    const before = await startWithIdleEngine({ ...database(), env });
    await aPlatform(before);
    await before.stop();
  });
  beforeEach(async () => {
    app = await start(OTHER_SECRET);
  });
  afterEach(async () => {
    await app.stop();
  });

  it('is told of in plain words on every page that shows how scanning stands', async () => {
    const admin = await app.browser('admin');
    for (const path of [
      '/config/integrations',
      '/config/integrations/virustotal',
      '/status',
      '/',
    ]) {
      const { response, page } = await admin.open(path);
      expect([path, response.status]).toEqual([path, 200]);
      const notice = page('main .alert[role=alert]').text();
      expect([path, notice]).toEqual([path, expect.stringMatching(IN_WORDS)]);
      expect([path, notice]).toEqual([path, expect.stringMatching(AGAIN)]);
      expect(page('main').text()).not.toMatch(/Scanning is well|rejects the API key/);
    }
  });

  it('is told of by /health and JSON', async () => {
    const { status, scanning } = await health(app.nest);
    expect(status).toBe(503);
    expect(scanning).toMatchObject({
      status: 'down',
      keyRejected: false,
      keyProblem: expect.stringMatching(IN_WORDS),
    });
    const { body } = await (await app.api()).get('/integrations/virustotal').expect(200);
    expect(body.data).toMatchObject({
      status: 'active',
      keyState: 'unreadable',
      lastError: expect.stringMatching(IN_WORDS),
    });
  });

  it('fails its test with a reason, and is not taken for rejected', async () => {
    const { body } = await (await app.api()).post('/integrations/virustotal/verify').expect(200);
    expect(body.data).toEqual({
      valid: false,
      reason: expect.stringMatching(IN_WORDS),
      quotas: null,
    });
    const admin = await app.browser('admin');
    const path = '/config/integrations/virustotal';
    const { response } = await admin.submit(path, { apiKey: '' }, `${path}/verify`);
    expect(response.status).toBe(303);
    expect((await admin.open(path)).page('main .alert[role=status]').text()).toMatch(IN_WORDS);
    expect(await app.nest.get(VirusTotalSettingsService).current()).toMatchObject({
      keyState: 'unverified',
    });
  });

  it('lets scans wait for a person', async () => {
    expect(await askGate()).toEqual({ wait: { reason: 'key_unreadable', until: null } });
  });

  it('is good again once the secret is back, or once it was entered again', async () => {
    await app.stop();
    app = await start(`${OTHER_SECRET},${TEST_SECRET}`);
    expect(await askGate()).not.toHaveProperty('wait');
    expect(await app.nest.get(VirusTotalSettingsService).apiKey()).toBe(DEFAULT_API_KEY);

    await app.stop();
    app = await start(OTHER_SECRET);
    expect(await askGate()).toHaveProperty('wait');
    await activate(app);
    expect(await askGate()).not.toHaveProperty('wait');
    expect((await health(app.nest)).scanning).toMatchObject({ keyProblem: null });
  });
});

describeOnEachDatabase('a scan with a key that no OJU_SECRET opens', (database) => {
  it('waits, and says why where its scan and the status are shown', async () => {
    const start = (secret: string) =>
      TestApp.start({ env: { ...database().env, OJU_SECRET: secret } });
    const before = await start(TEST_SECRET);
    await activate(before);
    await before.stop();

    const app = await start(OTHER_SECRET);
    try {
      const api = await app.api();
      await aPlatform(app);
      await api.post('/scans').expect(202);
      const scan = await eventually(
        async () => (await api.get('/scans/latest').expect(200)).body.data as { state: string },
        ({ state }) => state === 'waiting',
      );
      expect(scan).toMatchObject({ reason: 'key_unreadable', waitingUntil: null });
      const { page } = await (await app.browser('admin')).open('/status');
      expect(page('section[aria-labelledby=due] [data-word=now]').text()).toMatch(IN_WORDS);
    } finally {
      await app.stop();
    }
  });
});

import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { KeyVerifier } from '../../src/integration/key-verifier.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ScanGate } from '../../src/scan/scan-gate.service.js';
import { BudgetUsageService } from '../../src/virustotal/budget-usage.service.js';
import { VirusTotalError } from '../../src/virustotal/virustotal-error.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import type { ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { startWithIdleEngine } from '../support/scan-drive.js';
import { OTHER_API_KEY } from '../support/virustotal-bench.js';
import type { Fault } from '../support/virustotal-stand-in/faults.js';
import { DEFAULT_API_KEY } from '../support/virustotal-stand-in/options.js';
import { type StandIn, startVirusTotalStandIn } from '../support/virustotal-stand-in/server.js';

const QUOTAS = '/overall_quotas$';
const FORBIDDEN: Fault = { kind: 'status', status: 403, path: QUOTAS };
const WRONG: Fault = { kind: 'status', status: 401, path: QUOTAS };

describeOnEachDatabase('the API key', (database) => {
  const clock = new FakeClock();
  let standIn: StandIn;
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    standIn = await startVirusTotalStandIn({
      apiKeys: [DEFAULT_API_KEY, OTHER_API_KEY].map((key) => ({ key, perMinute: 100_000 })),
    });
    const env = { ...database().env, VIRUSTOTAL_BASE_URL: standIn.url };
    app = await startWithIdleEngine({ ...database(), env }, { clock });
    api = await app.api('admin');
  });
  beforeEach(async () => {
    standIn.reset();
    // What a minute may hold, and how lately the quotas were read, is not what these tests are of.
    await clock.skip(60 * 60_000);
    await settings().update({ apiKey: DEFAULT_API_KEY, isActive: true });
    await settings().recordKeyState('accepted', null);
  });
  afterAll(async () => {
    await app.stop();
    await standIn.close();
  });

  const get = <T>(type: abstract new (...args: never[]) => T): T =>
    app.nest.get<T>(type, { strict: false });
  const settings = () => get(VirusTotalSettingsService);
  const shown = async () =>
    (await api.get('/integrations/virustotal').expect(200)).body.data as Record<string, unknown>;
  /** Saves, and waits for what VirusTotal says behind the answer; null when it is not asked. */
  const save = async (body: object) => {
    const tried = jest.spyOn(get(KeyVerifier), 'tryStoredKey');
    try {
      await clock.skip(60_000);
      await api.put('/integrations/virustotal', body).expect(200);
      return (await tried.mock.results[0]?.value) ?? null;
    } finally {
      tried.mockRestore();
    }
  };
  const verify = async (...faults: Fault[]) => {
    await clock.skip(60_000);
    standIn.fault(...faults);
    return (await api.post('/integrations/virustotal/verify').expect(200)).body.data as {
      valid: boolean | null;
      reason: string;
    };
  };
  const askGate = async (...faults: Fault[]) => {
    await clock.skip(60 * 60_000);
    standIn.fault(...faults);
    return get(ScanGate).ask(true);
  };

  it('is tried again when it is saved again after it was rejected', async () => {
    await settings().recordKeyState('rejected', 'HTTP 401');
    expect(await shown()).toMatchObject({ keyState: 'rejected', lastError: 'HTTP 401' });

    expect(await save({ apiKey: DEFAULT_API_KEY })).toMatchObject({ valid: true });
    expect(await shown()).toMatchObject({ keyState: 'accepted', lastError: null });
  });

  it('is not tried again for a change of something else', async () => {
    expect(await save({ reservePercent: 11 })).toBeNull();
    expect(standIn.stats().requests).toEqual({});
  });

  it('is tried by a person, and the audit trail has by whom; not when it is tried by itself', async () => {
    const told = async () =>
      (
        await get(UnitOfWork)
          .repository(AuditEntry)
          .find({ order: { id: 'ASC' } })
      ).filter(({ action }) => action === 'integration.verified');
    await save({ apiKey: DEFAULT_API_KEY });
    expect(await told()).toEqual([]);

    await verify();
    const [entry, ...more] = await told();
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ actorKind: 'token', subjectLabel: 'virustotal' });
    expect(JSON.parse(entry!.valuesAfter!)).toEqual({ tried: 'stored', outcome: 'accepted' });
  });

  it('has spent what it had when it is removed and saved again; another one has not', async () => {
    const used = async () => (await get(BudgetUsageService).state()).day.used;
    const before = await used();
    await get(UnitOfWork).run(async () => {
      await settings().lock();
      await get(BudgetUsageService).spend('routine', 3, []);
    });

    await save({ apiKey: null });
    await save({ apiKey: OTHER_API_KEY });
    expect(await used()).toBe(0);
    await save({ apiKey: DEFAULT_API_KEY });
    expect(await used()).toBe(before + 3);
  });

  describe('that may not read its quotas', () => {
    it('is not rejected by a test of it', async () => {
      expect(await verify(FORBIDDEN)).toMatchObject({
        valid: null,
        reason: expect.stringContaining('refuses it this request (HTTP 403'),
      });
      expect(await shown()).toMatchObject({ keyState: 'accepted' });
    });

    it('is no longer taken for rejected after a test of it, so that a scan tries', async () => {
      await settings().recordKeyState('rejected', 'HTTP 403');
      await verify(FORBIDDEN);
      expect(await shown()).toMatchObject({ keyState: 'unverified' });
      expect(await askGate(FORBIDDEN)).toMatchObject({ apiKey: DEFAULT_API_KEY });
    });

    it('is scanned with, and asked for its quotas hourly at most', async () => {
      expect(await askGate(FORBIDDEN)).toMatchObject({ apiKey: DEFAULT_API_KEY });
      expect(await shown()).toMatchObject({ keyState: 'accepted' });
      await clock.skip(59 * 60_000);
      expect(await get(ScanGate).ask(false)).toMatchObject({ apiKey: DEFAULT_API_KEY });
      expect(standIn.stats().requests).toEqual({ 'GET /users/{id}/overall_quotas': 1 });
    });
  });

  describe('that is wrong', () => {
    it('is rejected by a test of it', async () => {
      expect(await verify(WRONG)).toMatchObject({ valid: false });
      expect(await shown()).toMatchObject({ keyState: 'rejected' });
    });

    it('stops a scan before its first request', async () => {
      expect(await askGate(WRONG)).toEqual({ wait: { reason: 'key_rejected', until: null } });
      expect(await shown()).toMatchObject({ keyState: 'rejected' });
    });
  });

  it('is not rejected by the late answer to the key before it', async () => {
    await askGate();
    const sentMs = clock.monotonicMs();
    await clock.skip(1000);
    await settings().update({ apiKey: OTHER_API_KEY });
    await askGate();

    const late = new VirusTotalError('key_rejected', { reason: 'HTTP 401', sentMs });
    await get(ScanGate).troubled(late);
    expect(await shown()).toMatchObject({ keyState: 'unverified' });
    await get(ScanGate).troubled(late.sentAt(clock.monotonicMs()));
    expect(await shown()).toMatchObject({ keyState: 'rejected' });
  });
});

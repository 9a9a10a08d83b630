import { AuditTrail } from '../../src/access/audit-trail.service.js';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, SystemClock } from '../../src/config/clock.js';
import { Redactor } from '../../src/config/redactor.js';
import { SystemRandom } from '../../src/config/random.js';
import { SecretBox, SecretUnreadableError } from '../../src/config/secret-box.js';
import { migrate } from '../../src/database/migrate.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { VirusTotalSettings } from '../../src/virustotal/virustotal-settings.entity.js';
import {
  DEFAULTS,
  statusOf,
  VirusTotalSettingsService,
} from '../../src/virustotal/virustotal-settings.service.js';
import { ActiveWithoutKeyError } from '../../src/virustotal/virustotal.errors.js';
import { describeOnEachDatabase, TEST_SECRET } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { type OpenDatabase, openDatabase } from '../support/open-database.js';
import { findKey, spellingsOf } from '../support/secret-search.js';

const aKey = () => randomBytes(32).toString('hex');

describeOnEachDatabase('VirusTotal settings', (database) => {
  let open: OpenDatabase;
  let clock: FakeClock;
  let settings: VirusTotalSettingsService;

  beforeAll(async () => {
    open = await openDatabase(database());
    await migrate(open.dataSource);
  });
  beforeEach(async () => {
    clock = new FakeClock();
    settings = serviceWith(TEST_SECRET);
    await open.unitOfWork.repository(VirusTotalSettings).deleteAll();
  });
  afterAll(async () => {
    await open.dataSource.destroy();
  });

  /** The service of a process that knows nothing of what others did, with its own secret. */
  const serviceWith = (secret: string, ownClock: Clock = clock) => {
    const unitOfWork = new UnitOfWork(open.dataSource, ownClock, new SystemRandom());
    const box = new SecretBox([secret]);
    const redactor = new Redactor();
    const audit = new AuditTrail(unitOfWork, ownClock, redactor);
    return new VirusTotalSettingsService(unitOfWork, ownClock, box, redactor, audit);
  };

  it('have defaults, and ask for a key, until an admin saved any', async () => {
    const current = await settings.current();
    expect(current).toMatchObject({ ...DEFAULTS, apiKeyCiphertext: null, isActive: false });
    expect(statusOf(current)).toBe('configuration_required');
    expect(await settings.apiKey()).toBeNull();
  });

  it('change what is given, and nothing else', async () => {
    const key = aKey();
    await settings.update({ apiKey: key, requestsPerMinute: 30, scanFrequencyDays: undefined });
    await clock.advance(1000);
    const { settings: changed } = await settings.update({ reservePercent: 5 });
    expect(changed).toMatchObject({ ...DEFAULTS, requestsPerMinute: 30, reservePercent: 5 });
    expect(await settings.current()).toEqual(changed);
    expect(changed.updatedAt).toEqual(clock.now());
    expect(changed.apiKeyHint).toBe(key.slice(-4));
  });

  it('are not active without a key', async () => {
    await expect(settings.update({ isActive: true })).rejects.toThrow(ActiveWithoutKeyError);
    await expect(settings.update({ apiKey: null, isActive: true })).rejects.toThrow(
      ActiveWithoutKeyError,
    );
    expect(await settings.current()).toMatchObject({ isActive: false });
  });

  it('forget a key that is removed, and are inactive from then on', async () => {
    await settings.update({ apiKey: aKey(), isActive: true });
    await settings.recordKeyState('accepted', null);
    expect(statusOf(await settings.current())).toBe('active');

    const { isNewKey } = await settings.update({ apiKey: null });
    expect(isNewKey).toBe(false);
    const current = await settings.current();
    expect(current).toMatchObject({
      isActive: false,
      apiKeyCiphertext: null,
      apiKeyHint: null,
      keyState: 'unverified',
      lastVerifiedAt: null,
    });
    expect(statusOf(current)).toBe('configuration_required');
    expect(await settings.apiKey()).toBeNull();
  });

  it('tell another key from the same one', async () => {
    const key = aKey();
    expect(await settings.update({ apiKey: key })).toMatchObject({ isNewKey: true });
    await settings.recordKeyState('accepted', null);
    const verifiedAt = clock.now();

    expect(await settings.update({ apiKey: key })).toMatchObject({ isNewKey: false });
    expect(await settings.update({ requestsPerDay: 7 })).toMatchObject({ isNewKey: false });
    expect(await settings.current()).toMatchObject({
      keyState: 'accepted',
      lastVerifiedAt: verifiedAt,
    });

    const other = aKey();
    expect(await settings.update({ apiKey: other })).toMatchObject({ isNewKey: true });
    expect(await settings.current()).toMatchObject({
      keyState: 'unverified',
      lastVerifiedAt: null,
    });
    expect(await settings.apiKey()).toBe(other);
  });

  it('keep what VirusTotal says of the key, without the key', async () => {
    const key = aKey();
    await settings.update({ apiKey: key });
    await settings.recordKeyState('rejected', `Wrong API key: ${key}`);
    expect(await settings.current()).toMatchObject({
      keyState: 'rejected',
      lastError: 'Wrong API key: [redacted]',
    });

    // At the place at which the text is cut off as well.
    await settings.recordKeyState('rejected', '.'.repeat(960) + key);
    expect((await settings.current()).lastError).not.toContain(key.slice(0, 8));

    await settings.recordKeyState('accepted', null);
    expect(await settings.current()).toMatchObject({ keyState: 'accepted', lastError: null });
  });

  it('say so when OJU_SECRET does not open the key, and take another one all the same', async () => {
    await settings.update({ apiKey: aKey(), isActive: true });
    const restarted = serviceWith(Buffer.alloc(32, 8).toString('base64'));
    await expect(restarted.apiKey()).rejects.toThrow(SecretUnreadableError);

    const key = aKey();
    expect(await restarted.update({ apiKey: key })).toMatchObject({ isNewKey: true });
    expect(await restarted.apiKey()).toBe(key);
    expect(await restarted.current()).toMatchObject({ isActive: true });
  });

  it('are one row, however many save them first at the same moment', async () => {
    // Who loses a deadlock waits a moment of real time.
    const services = [1, 2, 3, 4, 5, 6].map(() => serviceWith(TEST_SECRET, new SystemClock()));
    await Promise.all(services.map((service, i) => service.update({ alertThreshold: i + 1 })));
    expect(await open.unitOfWork.repository(VirusTotalSettings).count()).toBe(1);
  });

  it('have the key in no column in any spelling', async () => {
    const key = aKey();
    await settings.update({ apiKey: key, isActive: true });
    const rows = await open.dataSource.query<object[]>('SELECT * FROM virustotal_settings');
    const stored = Buffer.from(JSON.stringify(rows));
    for (const [name, spelling] of spellingsOf(key)) {
      expect([name, stored.includes(spelling)]).toEqual([name, false]);
    }
    expect(stored.includes(key.slice(0, 8))).toBe(false);
  });

  it('have the key in no file beside the database, its journal among them', async () => {
    if (database().kind !== 'sqlite') return;
    const { folder } = database();
    const key = aKey();
    await settings.update({ apiKey: key, isActive: true });
    await settings.recordKeyState('rejected', `Wrong API key: ${key}`);
    await settings.update({ apiKey: aKey() });
    await settings.update({ apiKey: key });
    expect(readdirSync(folder)).toContain('oju.sqlite-wal');
    expect(findKey(folder, key)).toEqual([]);

    // The search finds what it looks for.
    const planted = join(folder, 'planted');
    writeFileSync(planted, `no${Buffer.from(`x${key}x`).toString('base64')} ${key}`);
    expect(findKey(folder, key)).toEqual(
      expect.arrayContaining(['planted: clear', 'planted: base64 at 1']),
    );
    rmSync(planted);
  });
});

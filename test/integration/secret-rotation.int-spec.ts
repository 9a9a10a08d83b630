import { randomBytes } from 'node:crypto';
import { getMetadataArgsStorage } from 'typeorm';
import { runCli } from '../../src/cli/run-cli.js';
import { SecretBox } from '../../src/config/secret-box.js';
import { Encrypted, encryptedColumnsOf } from '../../src/database/encrypted-column.js';
import { StoredSecrets } from '../../src/database/stored-secrets.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ENTITIES } from '../../src/entities.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { VirusTotalSettings } from '../../src/virustotal/virustotal-settings.entity.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aVendor } from '../support/factories.js';

const OLD = Buffer.alloc(32, 21).toString('base64');
const NEW = Buffer.alloc(32, 22).toString('base64');
const OTHER = Buffer.alloc(32, 23).toString('base64');
const API_KEY = randomBytes(32).toString('hex');

const keyIdOf = (secret: string) => new SecretBox([secret]).keyIds[0] ?? '';
const purposeOf = (id: number) => `a vendor's secret ${id}`;

// A second kind, of many rows, whose purpose depends on the row: as of users' second factors.
Encrypted('Vendor secret', purposeOf)(Vendor.prototype, 'comments');

jest.setTimeout(30_000);

describeOnEachDatabase('oju secret rotate', (database) => {
  const apps: TestApp[] = [];

  const start = async (...secrets: string[]) => {
    const app = await TestApp.start({ env: { ...database().env, OJU_SECRET: secrets.join(',') } });
    apps.push(app);
    return app;
  };
  const run = async (...secrets: string[]) => {
    const outcome = { exitCode: -1, out: [] as string[], err: [] as string[] };
    outcome.exitCode = await runCli(['secret', 'rotate'], {
      out: (line) => outcome.out.push(line),
      err: (line) => outcome.err.push(line),
      stdin: () => Promise.resolve(''),
      config: {
        env: { ...database().env, OJU_SECRET: secrets.join(','), LOG_LEVEL: 'error' },
      },
    });
    return outcome;
  };
  const storedKey = async (app: TestApp) =>
    (await app.nest.get(UnitOfWork).repository(VirusTotalSettings).findOneByOrFail({ id: 1 }))
      .apiKeyCiphertext ?? '';
  const saveKey = (app: TestApp, apiKey: string) =>
    app.nest.get(VirusTotalSettingsService).update({ apiKey });
  const vendors = (app: TestApp) => app.nest.get(UnitOfWork).repository(Vendor);
  /** Vendors with a secret each, under the application's first key. */
  const plantVendors = async (app: TestApp, count: number) => {
    const box = app.nest.get(SecretBox);
    const unitOfWork = app.nest.get(UnitOfWork);
    for (let made = 0; made < count; made += 1) await aVendor(app);
    await unitOfWork.run(async () => {
      for (const { id } of await vendors(app).find()) {
        const comments = box.encrypt(`secret of ${id}`, purposeOf(id));
        await vendors(app).update({ id }, { comments });
      }
    });
  };
  const readAll = async (app: TestApp, secret: string) => {
    const box = new SecretBox([secret]);
    return (await vendors(app).find()).map(({ id, comments }) =>
      box.decrypt(comments, purposeOf(id)) === `secret of ${id}` ? 'right' : 'wrong',
    );
  };

  afterEach(async () => {
    for (const app of apps.splice(0)) {
      const unitOfWork = app.nest.get(UnitOfWork);
      await unitOfWork.run(() => vendors(app).createQueryBuilder().delete().execute());
      await app.stop();
    }
    jest.restoreAllMocks();
  });

  it('puts everything under the first key while the application runs, and prints counts alone', async () => {
    await saveKey(await start(OLD), API_KEY);
    const app = await start(NEW, OLD);
    await plantVendors(await start(OLD), 12);
    expect(await app.nest.get(VirusTotalSettingsService).apiKey()).toBe(API_KEY);
    const outcome = await run(NEW, OLD);

    expect(outcome.exitCode).toBe(0);
    expect(outcome.out.sort()).toEqual([
      'Vendor secret: 12 encrypted under the first key now, 12 under it in all, 0 that no key opens',
      'VirusTotal API key: 1 encrypted under the first key now, 1 under it in all, 0 that no key opens',
    ]);
    expect(outcome.err).toEqual([expect.stringContaining('Everything is under the first key')]);
    expect((await storedKey(app)).startsWith(`${keyIdOf(NEW)}:`)).toBe(true);
    expect(await app.nest.get(VirusTotalSettingsService).apiKey()).toBe(API_KEY);
    expect(await readAll(app, NEW)).toEqual(Array<string>(12).fill('right'));
    const alone = await start(NEW);
    expect(await alone.nest.get(VirusTotalSettingsService).apiKey()).toBe(API_KEY);
  });

  it('does nothing the second time', async () => {
    const app = await start(NEW, OLD);
    await saveKey(app, API_KEY);
    await run(NEW, OLD);
    const before = await storedKey(app);
    const again = await run(NEW, OLD);

    expect(again.exitCode).toBe(0);
    expect(again.out.join()).toContain('API key: 0 encrypted');
    expect(await storedKey(app)).toBe(before);
  });

  it('goes on where it was when it is killed between two batches', async () => {
    const old = await start(OLD);
    await plantVendors(old, 20);
    const app = await start(NEW, OLD);
    const unitOfWork = app.nest.get(UnitOfWork);
    const transaction = unitOfWork.run.bind(unitOfWork);
    let batches = 0;
    const kill = jest.spyOn(unitOfWork, 'run').mockImplementation((work) => {
      batches += 1;
      if (batches === 4) throw new Error('killed');
      return transaction(work);
    });
    await expect(app.nest.get(StoredSecrets).rotate(3)).rejects.toThrow('killed');
    kill.mockRestore();

    const half = (await vendors(app).find()).filter(({ comments }) =>
      comments.startsWith(keyIdOf(NEW)),
    );
    expect(half.length).toBeGreaterThan(5);
    expect(half.length).toBeLessThan(20);
    const both = app.nest.get(SecretBox);
    for (const { id, comments } of await vendors(app).find()) {
      expect(both.decrypt(comments, purposeOf(id))).toBe(`secret of ${id}`);
    }
    const { out } = await run(NEW, OLD);
    expect(out.join()).toContain(`Vendor secret: ${20 - half.length} encrypted`);
    expect(await readAll(app, NEW)).toEqual(Array<string>(20).fill('right'));
  });

  it('does not overwrite what is saved between its reading and its writing', async () => {
    await saveKey(await start(OLD), API_KEY);
    const app = await start(NEW, OLD);
    const saved = randomBytes(32).toString('hex');
    const box = app.nest.get(SecretBox);
    const encrypt = box.encrypt.bind(box);
    let isSaved: Promise<unknown> | null = null;
    // An instance that still runs with the former secret first saves another key just then.
    const former = apps[0]!;
    jest.spyOn(box, 'encrypt').mockImplementation((plain, purpose) => {
      if (plain === API_KEY) isSaved ??= saveKey(former, saved);
      return encrypt(plain, purpose);
    });
    const unitOfWork = app.nest.get(UnitOfWork);
    const transaction = unitOfWork.run.bind(unitOfWork);
    jest.spyOn(unitOfWork, 'run').mockImplementation(async (work) => {
      await isSaved;
      return transaction(work);
    });
    const counts = await app.nest.get(StoredSecrets).rotate();

    expect(isSaved).not.toBeNull();
    expect(counts.find(({ what }) => what === 'VirusTotal API key')).toMatchObject({
      rotated: 1,
      underFirstKey: 1,
    });
    expect(await app.nest.get(VirusTotalSettingsService).apiKey()).toBe(saved);
    expect((await storedKey(app)).startsWith(keyIdOf(NEW))).toBe(true);
  });

  it('leaves what no key opens as it is, and says so', async () => {
    await saveKey(await start(OTHER), API_KEY);
    const app = await start(NEW, OLD);
    const before = await storedKey(app);
    const outcome = await run(NEW, OLD);

    expect(outcome.exitCode).toBe(1);
    expect(outcome.out.join()).toContain('1 that no key opens');
    expect(outcome.err.join()).toContain('must stay');
    expect(await storedKey(app)).toBe(before);
  });

  it('is told of at start in one line, and at /status, when the secret is another', async () => {
    await saveKey(await start(OLD), API_KEY);
    const before = await storedKey(apps[0]!);
    let log = '';
    const spy = jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      log += String(chunk);
      return true;
    });
    const app = await start(OTHER);
    spy.mockRestore();
    const lines = log.split('\n').filter((line) => line.includes('OJU_SECRET'));

    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('VirusTotal API key (1)');
    const { response, page } = await (await app.browser('viewer')).open('/status');
    expect(response.status).toBe(200);
    expect(page('[role=alert]').text()).toContain('VirusTotal API key (1)');
    expect(await storedKey(app)).toBe(before);
  });

  it('signs nobody out: a session under the former key gets the new one’s signature', async () => {
    const old = await start(OLD);
    const former = (await old.browser('viewer')).cookie;
    const app = await start(NEW, OLD);
    const visit = (cookie: string, at: TestApp) =>
      new Browser(at.http).agent.get('/vendor').set('Cookie', cookie);
    const first = await visit(former, app);
    const renewed = (first.headers['set-cookie'] as unknown as string[] | undefined)?.[0] ?? '';

    expect(first.status).toBe(200);
    expect(renewed).toMatch(/^oju=s%3A.*; Path=\/; HttpOnly; SameSite=Lax$/);
    const fresh = renewed.split(';')[0] ?? '';
    const alone = await start(NEW);
    expect((await visit(former, alone)).headers.location).toBe('/login');
    expect((await visit(fresh, alone)).status).toBe(200);
    expect((await visit(fresh, app)).headers['set-cookie']).toBeUndefined();
  });
});

describe('secrets in the database', () => {
  it('are all known to the rotation', () => {
    const named = /cipher|secret/i;
    const unknown = getMetadataArgsStorage()
      .columns.filter(({ target }) => (ENTITIES as readonly unknown[]).includes(target))
      .filter(({ propertyName, options }) => named.test(`${propertyName} ${options.name ?? ''}`))
      // Whether something looks like a secret is none.
      .filter(({ options }) => options.type !== 'boolean')
      .filter(
        ({ target, propertyName }) =>
          !encryptedColumnsOf(target as object).some(({ property }) => property === propertyName),
      );
    expect(unknown.map(({ propertyName }) => propertyName)).toEqual([]);
  });
});

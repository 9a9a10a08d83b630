import type { CommandIo } from '../../src/cli/command-io.js';
import { withContext } from '../../src/cli/context.js';
import { runCli } from '../../src/cli/run-cli.js';
import { ScaledClock } from '../../src/config/clock.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { EngineLease } from '../../src/scan/engine-lease.entity.js';
import { ScanModule } from '../../src/scan/scan.module.js';
import { ScanEnd } from '../../src/scan/scan-end.service.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { DEFAULT_API_KEY } from '../support/virustotal-stand-in/options.js';
import { type StandIn, startVirusTotalStandIn } from '../support/virustotal-stand-in/server.js';

interface Outcome {
  exitCode: number;
  out: string[];
  err: string[];
}

const FACTOR = 100;
const CLEAN = 'https://clean.example.org/';
const FLAGGED = 'https://flagged.example.org/';
const REFUSED = 'https://refused.example.org/';
const IDLE = 'https://idle.example.org/';
const GONE = 'https://gone.example.org/';

describeOnEachDatabase('oju scan', (database) => {
  const clock = new ScaledClock(FACTOR, Date.UTC(2026, 10, 24, 8));
  let standIn: StandIn;
  let env: Record<string, string>;

  const ioOf = (outcome: Outcome): CommandIo => ({
    out: (line) => outcome.out.push(line),
    err: (line) => outcome.err.push(line),
    stdin: () => Promise.resolve(''),
    config: { env, clock },
  });
  const oju = async (...argv: string[]): Promise<Outcome> => {
    const outcome: Outcome = { exitCode: -1, out: [], err: [] };
    outcome.exitCode = await runCli(['scan', ...argv], ioOf(outcome));
    return outcome;
  };
  const inside = <T>(work: (get: <S>(type: new (...args: never[]) => S) => S) => Promise<T>) =>
    withContext(
      ioOf({ exitCode: 0, out: [], err: [] }),
      (context) => work((type) => context.get(type)),
      [ScanModule],
    );
  const setActive = (isActive: boolean) =>
    inside((get) => get(VirusTotalSettingsService).update({ apiKey: DEFAULT_API_KEY, isActive }));
  const cancel = (id: string | undefined) => inside((get) => get(ScanEnd).cancel(Number(id)));

  const requests = () =>
    Object.values(standIn.stats().requests).reduce((sum, count) => sum + count, 0);

  beforeAll(async () => {
    standIn = await startVirusTotalStandIn({
      clock: { now: () => clock.now().getTime(), realMs: (ms: number) => ms / FACTOR },
      apiKeys: [{ key: DEFAULT_API_KEY }],
    });
    standIn.script(FLAGGED, [{ engine: 'ESET', category: 'malicious', result: 'phishing' }]);
    standIn.script(REFUSED, { refuse: 'Unable to canonicalize url' });
    env = { ...database().env, VIRUSTOTAL_BASE_URL: standIn.url, LOG_FORMAT: 'json' };
    await inside(async (get) => {
      const platforms = get(PlatformService);
      for (const url of [CLEAN, FLAGGED, REFUSED]) {
        await platforms.create({ name: url, url });
      }
      await platforms.create({ name: IDLE, url: IDLE, active: false });
      const { id } = await platforms.create({ name: GONE, url: GONE });
      await platforms.archive(id);
    });
    await setActive(true);
  });
  afterAll(async () => {
    await standIn.close();
  });

  it('scans named platforms itself when no server runs, and ends with 0 on clean ones', async () => {
    const done = await oju('--platform', 'HTTPS://Clean.Example.ORG', CLEAN, '--wait');

    expect(done).toMatchObject({ exitCode: 0, out: [expect.stringMatching(/^\d+$/)] });
    expect(done.err[0]).toBe(
      `Scan ${done.out[0]}: queued, 0 of 1 platforms done, 0 flagged, 0 failed, 0 skipped, 0 requests used.`,
    );
    expect(done.err.at(-1)).toMatch(/: completed, 1 of 1 platforms done, 0 flagged/);
    expect(new Set(done.err).size).toBe(done.err.length);
    const lease = await inside((get) => get(UnitOfWork).repository(EngineLease).find());
    expect(lease).toEqual([]);
  });

  it('ends with 2 when one is flagged, though another failed', async () => {
    const done = await oju('--wait');

    expect(done.exitCode).toBe(2);
    expect(done.err.at(-1)).toMatch(
      /completed with errors, 3 of 3 platforms done, 1 flagged, 1 failed/,
    );
  });

  it('ends with 1 when one failed and none is flagged', async () => {
    expect(await oju('--platform', REFUSED, '--platform', CLEAN, '--wait')).toMatchObject({
      exitCode: 1,
    });
  });

  it('without --wait stores the scan and asks VirusTotal nothing', async () => {
    const before = requests();
    expect(before).toBeGreaterThan(0);
    const done = await oju('--platform', CLEAN);

    expect(done).toEqual({ exitCode: 0, out: [expect.stringMatching(/^\d+$/)], err: [] });
    expect(requests()).toBe(before);
    const scan = await inside((get) => get(ScanService).get(Number(done.out[0])));
    expect(scan).toMatchObject({ trigger: 'cli', state: 'queued' });
    await cancel(done.out[0]);
  });

  it('ends with 3 in time when whoever holds the work does none; the scan stays', async () => {
    await inside((get) => {
      const unitOfWork = get(UnitOfWork);
      return unitOfWork.run(() =>
        unitOfWork
          .repository(EngineLease)
          .save({ id: 1, holder: 'another.machine:1:x', expiresAt: new Date('2099-01-01') }),
      );
    });
    const before = requests();
    const done = await oju('--platform', CLEAN, '--wait', '--timeout', '30');

    expect(done.exitCode).toBe(3);
    expect(done.err.at(-1)).toContain(`Scan ${done.out[0]} has not ended after 30 s`);
    expect(requests()).toBe(before);
    const scan = await inside((get) => get(ScanService).get(Number(done.out[0])));
    expect(scan.finishedAt).toBeNull();

    await cancel(done.out[0]);
    await inside((get) => {
      const unitOfWork = get(UnitOfWork);
      return unitOfWork.run(() => unitOfWork.repository(EngineLease).delete({ id: 1 }));
    });
  });

  it('lets a running server do the work', async () => {
    const app = await TestApp.start({ env, clock });
    try {
      const done = await oju('--platform', FLAGGED, '--wait');
      expect(done).toMatchObject({ exitCode: 2 });
      const lease = await app.nest.get(UnitOfWork).repository(EngineLease).find();
      expect(lease).toHaveLength(1);
    } finally {
      await app.stop();
    }
  });

  it.each([
    [
      'a URL that is no platform',
      ['--platform', 'https://else.example.org/'],
      /^oju: https:\/\/else.example.org\/ is no platform\.$/,
    ],
    ['a text that is no URL', ['--platform', 'clean'], /^oju: clean is no platform\.$/],
    [
      'a removed platform',
      ['--platform', GONE],
      /^oju: https:\/\/gone.example.org\/ is no platform\.$/,
    ],
    [
      'one that is not active',
      ['--platform', CLEAN, IDLE],
      /idle.* is a platform that is not active/,
    ],
    ['a time-out without a wait', ['--timeout', '5'], /--timeout takes --wait/],
    ['a time-out that is none', ['--wait', '--timeout', '1.5'], /whole seconds/],
    ['a time-out of nothing', ['--wait', '--timeout', '0'], /whole seconds/],
    ['no URL', ['--platform'], /argument missing/],
    ['what it does not take', ['now'], /too many arguments/],
  ])('refuses %s with 1 and begins nothing', async (_what, argv, message) => {
    const refused = await oju(...argv);

    expect(refused).toMatchObject({ exitCode: 1, out: [] });
    expect(refused.err.join('\n')).toMatch(message);
    expect(await inside((get) => get(ScanService).open())).toEqual([]);
  });

  it('refuses a second scan over all by the id of the first', async () => {
    const first = await oju();
    const second = await oju('--wait');
    await cancel(first.out[0]);

    expect(second).toEqual({
      exitCode: 1,
      out: [],
      err: [`oju: Scan ${first.out[0]} over all platforms runs already.`],
    });
  });

  it('refuses while the integration is not active', async () => {
    await setActive(false);
    const refused = await oju('--wait');
    await setActive(true);

    expect(refused).toEqual({
      exitCode: 1,
      out: [],
      err: ['oju: The VirusTotal integration is not active, so that nothing can be scanned.'],
    });
  });
});

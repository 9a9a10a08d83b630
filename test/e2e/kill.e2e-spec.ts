import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { type ServerProcess, type SharedTime, spawnServer } from '../support/server-spawn.js';
import { DEFAULT_API_KEY } from '../support/virustotal-stand-in/options.js';
import { spawnVirusTotalStandIn } from '../support/virustotal-stand-in/spawn.js';

const PLATFORMS = 24;
const FLAGGED = [3, 9, 17];
const FACTOR = 10;
const EPOCH_MS = Date.UTC(2026, 10, 24, 8);

/** Virtual seconds after the scan's begin: while submitting, between, and while collecting. */
const KILLS_AT_S = [8, 25, 45];

describeOnEachDatabase('SIGKILL in the middle of a scan', (database) => {
  let standIn: Awaited<ReturnType<typeof spawnVirusTotalStandIn>>;
  let server: ServerProcess;
  let time: SharedTime;
  let env: Record<string, string>;
  let token: string;

  const virtualS = (realMs: number) => ((realMs - time.realStartMs) * FACTOR) / 1000;
  const api = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    return { status: response.status, body: (await response.json()) as { data: never } };
  };
  const latestScan = async () => (await api('/scans/latest')).body.data as Record<string, unknown>;

  beforeAll(async () => {
    time = { factor: FACTOR, epochMs: EPOCH_MS, realStartMs: Date.now() };
    standIn = await spawnVirusTotalStandIn({
      clock: { factor: FACTOR, epoch: EPOCH_MS },
      seed: 5,
      apiKeys: [{ key: DEFAULT_API_KEY, perMinute: 120, perDay: 5000, perMonth: 50_000 }],
      analysis: { meanSec: 12, jitter: 0.3 },
    });
    for (const i of FLAGGED) {
      const verdict = { engine: 'Kaspersky', category: 'malicious', result: 'phishing' };
      await standIn.control.script(`https://site${i}.example.org/`, [verdict]);
    }
    env = { ...database().env, VIRUSTOTAL_BASE_URL: standIn.url, LOG_LEVEL: 'info' };
    server = await spawnServer(env, time);
    const cli = join(APP_ROOT, 'dist', 'src', 'cli.js');
    const printed = execFileSync(
      process.execPath,
      [cli, 'token', 'create', '--name', 'kill', '--scope', 'admin'],
      { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
    );
    token = printed.trim().split('\n').at(-1) ?? '';
  }, 90_000);

  afterAll(async () => {
    await server.end('SIGKILL');
    await standIn.stop();
  });

  it('goes on after each start: no platform lost, no alert twice, one submission more a kill', async () => {
    for (let i = 1; i <= PLATFORMS; i += 1) {
      const platform = { name: `Site ${i}`, url: `https://site${i}.example.org/` };
      const { status } = await api('/platforms', {
        method: 'POST',
        body: JSON.stringify(platform),
      });
      expect(status).toBe(201);
    }
    await api('/integrations/virustotal', {
      method: 'PUT',
      body: JSON.stringify({
        apiKey: DEFAULT_API_KEY,
        active: true,
        requestsPerMinute: 100,
        requestsPerDay: 5000,
        requestsPerMonth: 50_000,
      }),
    });
    const begunS = virtualS(Date.now());
    for (const killAtS of KILLS_AT_S) {
      const waitMs = ((begunS + killAtS - virtualS(Date.now())) * 1000) / FACTOR;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
      expect(await latestScan()).toMatchObject({ finishedAt: null });
      await server.end('SIGKILL');
      server = await spawnServer(env, time);
    }
    const deadline = Date.now() + 60_000;
    while ((await latestScan()).finishedAt === null && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    expect(await latestScan()).toMatchObject({
      state: 'completed',
      counts: { total: PLATFORMS, completed: PLATFORMS, flagged: FLAGGED.length },
    });
    const alerts = (await api('/alerts')).body.data as { platform: { url: string } }[];
    expect(alerts.map((alert) => alert.platform.url).sort()).toEqual(
      FLAGGED.map((i) => `https://site${i}.example.org/`).sort(),
    );
    const { submissions, refusals } = await standIn.control.stats();
    expect(Object.keys(submissions)).toHaveLength(PLATFORMS);
    const total = Object.values(submissions).reduce((sum, count) => sum + count, 0);
    expect(total - PLATFORMS).toBeLessThanOrEqual(KILLS_AT_S.length);
    expect(refusals).toBe(0);
  }, 150_000);
});

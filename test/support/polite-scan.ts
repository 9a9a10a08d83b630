import { ScaledClock } from '../../src/config/clock.js';
import { type ApiClient, TestApp } from './app.js';
import type { TestDatabase } from './databases.js';
import { DEFAULT_API_KEY, type StandInOptions } from './virustotal-stand-in/options.js';
import { type StandIn, startVirusTotalStandIn } from './virustotal-stand-in/server.js';

/** The application and a VirusTotal stand-in that live on one clock. */
export interface ScanBench {
  app: TestApp;
  api: ApiClient;
  standIn: StandIn;
  clock: ScaledClock;
  stop: () => Promise<void>;
}

/**
 * Starts both.
 * @param factor how many times as fast as the machine's clock they live
 */
export async function startScanBench(
  database: TestDatabase,
  factor: number,
  options: Omit<StandInOptions, 'clock'> = {},
): Promise<ScanBench> {
  const clock = new ScaledClock(factor, Date.UTC(2026, 10, 24, 8));
  const standIn = await startVirusTotalStandIn({
    ...options,
    clock: { now: () => clock.now().getTime(), realMs: (virtualMs: number) => virtualMs / factor },
  });
  const app = await TestApp.start({
    env: { ...database.env, VIRUSTOTAL_BASE_URL: standIn.url },
    clock,
  });
  return {
    app,
    api: await app.api('admin'),
    standIn,
    clock,
    stop: async () => {
      await app.stop();
      await standIn.close();
    },
  };
}

/** Adds `count` platforms. @returns their URLs */
export async function addPlatforms(api: ApiClient, count: number): Promise<string[]> {
  const urls = Array.from({ length: count }, (_, i) => `https://site${i + 1}.example.org/`);
  for (const [index, url] of urls.entries()) {
    await api.post('/platforms', { name: `Site ${index + 1}`, url }).expect(201);
  }
  return urls;
}

/** Sets a key and activates, which begins the first scan. */
export async function activate(api: ApiClient, settings: object = {}): Promise<void> {
  await api
    .put('/integrations/virustotal', { apiKey: DEFAULT_API_KEY, active: true, ...settings })
    .expect(200);
}

/**
 * Waits until the newest scan over all has ended.
 * @param limitMs real time
 */
export async function scanEnded(api: ApiClient, limitMs: number) {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const { body, status } = await api.get('/scans/latest');
    if (status === 200 && body.data.finishedAt !== null) return body.data;
    if (Date.now() > deadline) {
      throw new Error(`The scan did not end in ${limitMs} ms: ${JSON.stringify(body)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

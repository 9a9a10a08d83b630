import type { AlertView } from '../../../src/alert/alert.view.js';
import type { ScanView, TaskView } from '../../../src/scan/scan.view.js';
import { makeToken } from '../api-token.js';
import type { TestDatabase } from '../databases.js';
import type {
  KillAt,
  PlantedFault,
  ServerCommand,
  ServerProcessOptions,
} from '../server/server-options.js';
import { type ServerProcess, type SharedTime, spawnServer } from '../server-spawn.js';
import type { StandInConfig } from '../virustotal-stand-in/options.js';
import { DEFAULT_API_KEY } from '../virustotal-stand-in/options.js';
import { type SpawnedStandIn, spawnVirusTotalStandIn } from '../virustotal-stand-in/spawn.js';
import { SCRIPTED, siteUrl } from './facts.js';
import { until } from './patience.js';

/** How long a question is asked again while nobody answers, real ms. */
const PATIENCE_MS = 60_000;

export interface WorldOptions {
  database: TestDatabase;
  /** Shares the work of all processes where it is given. */
  redisUrl?: string;
  factor: number;
  beginsAt: string;
  perMinute: number;
  perDay: number;
  perMonth?: number;
  processes?: number;
  seed?: number;
  fault?: PlantedFault;
  /** Further settings of the stand-in. */
  standIn?: Partial<StandInConfig>;
  /** What the application takes for VirusTotal, in place of the stand-in itself. */
  gate?: (standInUrl: string) => Promise<string>;
  /** Further variables of the application. */
  env?: Record<string, string>;
  /** The application's log level. */
  logLevel?: string;
}

/** The application's processes, and a VirusTotal stand-in of their own that does the counting. */
export class World {
  readonly servers: ServerProcess[] = [];
  private token = '';

  private constructor(
    readonly options: WorldOptions,
    readonly time: SharedTime,
    readonly standIn: SpawnedStandIn,
    private readonly env: Record<string, string>,
  ) {}

  /** @param killAt of the first process */
  static async start(options: WorldOptions, killAt?: KillAt): Promise<World> {
    const { database, factor, perMinute, perDay, perMonth = 50_000, redisUrl } = options;
    const time = { factor, epochMs: Date.parse(options.beginsAt), realStartMs: Date.now() };
    const standIn = await spawnVirusTotalStandIn({
      clock: { factor, epoch: time.epochMs, realStart: time.realStartMs },
      seed: options.seed ?? 1,
      apiKeys: [{ key: DEFAULT_API_KEY, perMinute, perDay, perMonth }],
      analysis: { meanSec: 12, jitter: 0.3 },
      latencyMs: { toServer: [100, 300], fromServer: [100, 300] },
      ...options.standIn,
    });
    try {
      const env = {
        ...database.env,
        VIRUSTOTAL_BASE_URL: (await options.gate?.(standIn.url)) ?? standIn.url,
        LOG_LEVEL: options.logLevel ?? 'warn',
        ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
        ...options.env,
      };
      const world = new World(options, time, standIn, env);
      await world.spawn(0, { killAt });
      for (let slot = 1; slot < (options.processes ?? 1); slot += 1) await world.spawn(slot);
      world.token = await makeToken(database, 'chaos');
      return world;
    } catch (error) {
      await standIn.stop();
      throw error;
    }
  }

  /** The only process there is, or the first. */
  get server(): ServerProcess {
    return this.servers[0]!;
  }

  /** Starts a process in the place of one that is gone. @param changes of what all are given */
  async spawn(slot: number, changes: Partial<ServerProcessOptions> = {}): Promise<ServerProcess> {
    const { fault, perMinute } = this.options;
    const server = await spawnServer(this.env, { ...this.time, fault, perMinute, ...changes });
    this.servers[slot] = server;
    return server;
  }

  /** Says something to every process that lives; one that ends over it has heard it. */
  async tellAll(command: ServerCommand): Promise<void> {
    await Promise.all(this.servers.map((server) => server.tell(command).catch(() => undefined)));
  }

  /** Virtual time as every process has it but for its own steps and turns, ms since 1970. */
  nowMs(): number {
    const { epochMs, factor, realStartMs } = this.time;
    return epochMs + (Date.now() - realStartMs) * factor;
  }

  /** The stand-in lets these platforms be flagged; all of them are added, one by one. */
  async addPlatforms(count: number, flagged: readonly number[] = []): Promise<void> {
    for (const number of flagged) await this.standIn.control.script(siteUrl(number), [SCRIPTED]);
    for (let number = 1; number <= count; number += 1) {
      await this.send('POST', '/platforms', { name: `Site ${number}`, url: siteUrl(number) });
    }
  }

  /** Saves the key and the limits, which begins the first scan. */
  async activate(settings: object = {}): Promise<void> {
    const { perMinute, perDay, perMonth = 50_000 } = this.options;
    const limits = {
      requestsPerMinute: perMinute,
      requestsPerDay: perDay,
      requestsPerMonth: perMonth,
    };
    const body = { apiKey: DEFAULT_API_KEY, active: true, ...limits, ...settings };
    try {
      await this.send('PUT', '/integrations/virustotal', body);
    } catch (error) {
      // It was saved before the engine could come to where the process kills itself.
      if (!this.servers.some((server) => server.ended() === 'SIGKILL')) throw error;
    }
  }

  /** One change, asked for once. @throws Error on any status of 400 and above */
  async send(method: string, path: string, body: object): Promise<unknown> {
    const response = await this.fetch(this.living()!, method, path, JSON.stringify(body));
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (JSON.parse(text) as { data: unknown }).data;
  }

  /** Asks whichever process answers, again and again while none does. */
  async get<T>(path: string, patienceMs = PATIENCE_MS): Promise<T> {
    const answer = await until(
      `an answer to ${path}`,
      async () => {
        const server = this.living();
        if (!server) return null;
        const response = await this.fetch(server, 'GET', path).catch(() => null);
        return response?.ok ? ((await response.json()) as { data: T }) : null;
      },
      (seen) => seen !== null,
      patienceMs,
    );
    return answer!.data;
  }

  /** Every scan over all, newest first. */
  scans(): Promise<ScanView[]> {
    return this.get('/scans?limit=200');
  }

  /** The newest scan over all if somebody tells at once, else null. */
  async peekScan(): Promise<ScanView | null> {
    const server = this.living();
    if (!server) return null;
    const response = await this.fetch(server, 'GET', '/scans/latest').catch(() => null);
    const body = response?.ok ? await response.json().catch(() => null) : null;
    return (body as { data: ScanView } | null)?.data ?? null;
  }

  latestScan(): Promise<ScanView> {
    return this.get('/scans/latest');
  }

  tasks(scanId: string): Promise<TaskView[]> {
    return this.get(`/scans/${scanId}/tasks?limit=200`);
  }

  alerts(): Promise<AlertView[]> {
    return this.get('/alerts?limit=200');
  }

  /** Waits until the scan is as it should be. */
  scanIs(what: string, isDone: (scan: ScanView) => boolean, patienceMs?: number) {
    return until(`the scan ${what}`, () => this.latestScan(), isDone, patienceMs);
  }

  /** The status of a health page, and what it says; null while nobody answers. */
  async health(path: 'live' | 'ready') {
    const response = await fetch(`${this.server.url}/health/${path}`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, body: await response.text() };
  }

  /** Ends every process. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')));
    await this.standIn.stop();
  }

  private living(): ServerProcess | undefined {
    return this.servers.find((server) => server.ended() === null);
  }

  private fetch(server: ServerProcess, method: string, path: string, body?: string) {
    return fetch(`${server.url}/api/v1${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }
}

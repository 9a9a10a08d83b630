import { setTimeout as delay } from 'node:timers/promises';
import { Alert } from '../../src/alert/alert.entity.js';
import { OjuDataSource } from '../../src/database/oju-data-source.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import type { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { DatabaseFeeder } from '../../src/scan/database-feeder.js';
import type { ScanTask } from '../../src/scan/scan-task.entity.js';
import type { Scan } from '../../src/scan/scan.entity.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { VerdictHistory } from '../../src/scan/verdict-history.service.js';
import { REQUEST_BOUND_MS, VirusTotalHttp } from '../../src/virustotal/virustotal-http.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import type { TestDatabase } from './databases.js';
import { type DeafServer, isConnecting } from './deaf-server.js';
import { EngineBench } from './engine-bench.js';
import { eventually } from './eventually.js';
import { aPlatform } from './factories.js';
import { scanRow, taskRows } from './scan-rows.js';
import { ENGINE_NAMES } from './virustotal-stand-in/engine-names.js';
import type { Fault, FaultMatch } from './virustotal-stand-in/faults.js';

/** Which of a task's two requests is struck. */
export type Stage = 'submit' | 'collect';
export const STAGES: readonly Stage[] = ['submit', 'collect'];

/** Answers that never end: only the client's own bound ends them. */
const ENDLESS: readonly string[] = ['hang-headers', 'hang-body', 'slow-body'];
const LOOK_MS = 2;
/** Enough to be conclusive. */
const ENGINES = 25;
/** Between two steps that do not wait, at most. */
const MOMENT_MS = 20;
const SHORTLY_MS = 20_000;
/** The highest rate at which requests do not overlap, a minute. */
const IN_SEQUENCE = 60;

const asked = { trigger: 'api', requestedBy: null } as const;

/** The requests of that stage that are about a URL. */
function requestsOf(stage: Stage, { urlKey }: Platform): FaultMatch {
  return stage === 'submit'
    ? { method: 'POST', path: '^/urls$', url: urlKey }
    : { path: '^/analyses/', url: urlKey };
}

/** A scan over two platforms, of which VirusTotal spoils the requests of one. */
export class FaultyScan {
  constructor(
    private readonly bench: FaultBench,
    readonly id: number,
    readonly struck: Platform,
    readonly other: Platform,
  ) {}

  row(): Promise<Scan> {
    return scanRow(this.bench.nest, this.id);
  }

  /** The task of one of the platforms. */
  async task({ id }: Platform): Promise<ScanTask> {
    const task = (await taskRows(this.bench.nest, this.id)).find((row) => row.platformId === id);
    if (!task) throw new Error(`Platform ${id} has no task in scan ${this.id}`);
    return task;
  }

  /** Steps until the platform's task is in that state. @returns the task */
  async untilTask(platform: Platform, state: ScanTask['state'], most?: number): Promise<ScanTask> {
    await this.bench.until(async () => (await this.task(platform)).state === state, most);
    return this.task(platform);
  }

  /** Steps until the scan has ended. @returns the scan */
  async untilEnded(most?: number): Promise<Scan> {
    await this.bench.until(async () => (await this.row()).finishedAt !== null, most);
    return this.row();
  }

  /** Steps until the scan waits. @returns the scan */
  async untilWaiting(): Promise<Scan> {
    await this.bench.until(async () => (await this.row()).state === 'waiting');
    return this.row();
  }
}

/** The engine and the stand-in, whose analyses take 10 s: without a fault, two requests a platform. */
export class FaultBench {
  private isCutOff = false;

  private constructor(private readonly engine: EngineBench) {}

  static async start(database: TestDatabase): Promise<FaultBench> {
    const analysis = { meanSec: 10, jitter: 0, slowShare: 0 };
    const engines = ENGINE_NAMES.slice(0, ENGINES);
    const engine = await EngineBench.start(database, { analysis, engines });
    // Nothing is killed here, and waiting for the disk is most of what a step takes.
    if (database.kind === 'sqlite') {
      await engine.nest.get(OjuDataSource).query('PRAGMA synchronous = OFF');
    }
    // One request after the other, in the order of the tasks.
    await engine.nest.get(VirusTotalSettingsService).update({ requestsPerMinute: IN_SEQUENCE });
    return new FaultBench(engine);
  }

  get nest() {
    return this.engine.nest;
  }
  get standIn() {
    return this.engine.standIn;
  }
  get clock() {
    return this.engine.clock;
  }
  /** What an operator was told went wrong: a fault of VirusTotal's is none of Oju's own. */
  get complaints() {
    return this.engine.complaints;
  }

  /** Ms since the clock's start, for durations. */
  nowMs(): number {
    return this.clock.now().getTime();
  }

  /** A scan over two new platforms; nothing of earlier tests is left. */
  async begin(): Promise<FaultyScan> {
    await this.clearAway();
    const struck = await aPlatform(this.engine);
    const other = await aPlatform(this.engine);
    return this.scan(struck, other);
  }

  /** A scan over all: these platforms. */
  async scan(struck: Platform, other: Platform): Promise<FaultyScan> {
    const { id } = await this.nest.get(ScanService).startOverAll(asked);
    return new FaultyScan(this, id, struck, other);
  }

  /** A named scan of one platform. @returns its id */
  async rescan({ id }: Platform): Promise<number> {
    return (await this.nest.get(ScanService).startNamed([id], asked)).id;
  }

  /** Forgets faults and counts of the test before. */
  reset(): void {
    this.standIn.reset();
    this.complaints.length = 0;
  }

  /** Strikes one of a platform's two requests. */
  strike(stage: Stage, platform: Platform, fault: Fault): void {
    this.standIn.fault({ ...fault, ...requestsOf(stage, platform) });
  }

  /** The next request of that stage goes to another server, which takes no connection. */
  cutOff(stage: Stage, deaf: DeafServer): void {
    const http = this.nest.get(VirusTotalHttp);
    const send = http.request.bind(http);
    const struck = stage === 'submit' ? '/urls' : '/analyses/';
    const diverted = jest.spyOn(http, 'request').mockImplementation((request) => {
      if (!request.url?.includes(struck)) return send(request);
      diverted.mockRestore();
      this.isCutOff = true;
      return send({ ...request, url: request.url.replace(this.standIn.origin, deaf.origin) });
    });
  }

  /** One step of the engine, in which an answer that never ends is waited for to the bound. */
  async step(): Promise<void> {
    const progress = { isOver: false };
    const step = this.engine.step().finally(() => {
      progress.isOver = true;
    });
    const patience = this.endAnswers(progress);
    await Promise.all([step, patience]);
  }

  /** Steps as a server takes them, none of which waits for the request of the one before. */
  async steps(count: number): Promise<void> {
    const feeder = this.nest.get(DatabaseFeeder);
    for (let step = 0; step < count; step += 1) {
      await this.clock.advance(Math.max(1, Math.min(MOMENT_MS, await feeder.step())));
    }
  }

  /** Looks until so many requests are on their way to the stand-in, or wait there. */
  async untilOnTheirWay(count: number): Promise<void> {
    const look = () => Promise.resolve(this.standIn.stats().inFlight);
    await eventually(look, (inFlight) => inFlight === count);
  }

  /**
   * Steps until it is so.
   * @throws Error when it is not after `most` steps
   */
  async until(isSo: () => Promise<boolean> | boolean, most = 400): Promise<void> {
    for (let steps = 0; steps < most; steps += 1) {
      if (await isSo()) return;
      await this.step();
    }
    throw new Error(`It is not so after ${most} steps: ${this.complaints.join('\n')}`);
  }

  /** As `until`, but leaps to shortly before the time until which all scans wait. */
  async leapUntil(isSo: () => Promise<boolean> | boolean): Promise<void> {
    await this.until(async () => {
      if (await isSo()) return true;
      const open = await this.nest.get(ScanService).open();
      const ends = open.map(({ waitingUntil }) => (waitingUntil?.getTime() ?? 0) - this.nowMs());
      const leapMs = Math.min(...ends) - SHORTLY_MS;
      if (leapMs > 0 && open.length > 0) await this.clock.skip(leapMs);
      return false;
    });
  }

  /** How many requests the stand-in has had of one endpoint. */
  requests(endpoint: 'POST /urls' | 'GET /analyses/{id}' | 'GET /urls/{id}'): number {
    return this.standIn.stats().requests[endpoint] ?? 0;
  }

  /** Every request that costs: those for the quotas do not. */
  costly(): number {
    const { requests } = this.standIn.stats();
    const users = Object.entries(requests).filter(([endpoint]) => endpoint.includes('/users/'));
    const sum = (counts: number[]) => counts.reduce((all, count) => all + count, 0);
    return sum(Object.values(requests)) - sum(users.map(([, count]) => count));
  }

  /** What Oju holds of a platform. */
  async knownOf({ id }: Platform) {
    const { state, lastScannedAt } = await this.nest.get(PlatformService).get(id);
    const verdicts = await this.nest.get(VerdictHistory).present(id);
    const alerts = await this.nest.get(UnitOfWork).repository(Alert).findBy({ platformId: id });
    return { state, isScanned: lastScannedAt !== null, verdicts: verdicts.length, alerts };
  }

  stop(): Promise<void> {
    return this.engine.stop();
  }

  /** A test that failed leaves its scan open. */
  private async clearAway(): Promise<void> {
    const platforms = this.nest.get(PlatformService);
    for (const { id } of await platforms.activePlatforms()) await platforms.archive(id);
    const scans = this.nest.get(ScanService);
    await this.until(async () => (await scans.open()).length === 0);
  }

  /** The clock stands still while a request is on its way, so that somebody must end those. */
  private async endAnswers(step: { isOver: boolean }): Promise<void> {
    let seen = this.endless();
    while (!step.isOver) {
      const endless = this.endless();
      const isInVain = this.isCutOff && isConnecting();
      if (endless > seen || isInVain) {
        seen = endless;
        this.isCutOff = false;
        await this.clock.advance(REQUEST_BOUND_MS);
      } else {
        await delay(LOOK_MS);
      }
    }
  }

  /** How many answers have begun that never end. */
  private endless(): number {
    const { answers } = this.standIn.stats();
    return ENDLESS.reduce((sum, kind) => sum + (answers[kind] ?? 0), 0);
  }
}

/** What is known of a platform of which VirusTotal never said anything that could be judged. */
export const NOTHING = { state: 'unknown', isScanned: false, verdicts: 0, alerts: [] };

/** Gives the tests of a `describe` a bench, as good as new before each of them. */
export function withFaultBench(
  database: () => TestDatabase,
  use: (bench: FaultBench) => void,
): void {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.start(database());
    use(bench);
  });
  beforeEach(() => {
    bench.reset();
  });
  afterAll(async () => {
    await bench.stop();
  });
}

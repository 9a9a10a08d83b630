import { Test, type TestingModule } from '@nestjs/testing';
import { IsNull, Not } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { DatabaseFeeder } from '../../src/scan/database-feeder.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { ScanRuntime } from '../../src/scan/scan-runtime.js';
import { ScanScheduler } from '../../src/scan/scan.scheduler.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { TaskQueue } from '../../src/scan/task-queue.service.js';
import { VirusTotalHttp } from '../../src/virustotal/virustotal-http.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { FakeClock } from './fake-clock.js';
import { temporarySqlite } from './open-database.js';
import { VirusTotalInProcess } from './virustotal-in-process.js';
import { ENGINE_NAMES } from './virustotal-stand-in/engine-names.js';
import { DEFAULT_API_KEY } from './virustotal-stand-in/options.js';
import { PUBLIC_LIMITS } from './virustotal-stand-in/quota.js';

const DAY_MS = 24 * 3_600_000;
const FREQUENCY_DAYS = 7;
/** Every 7 days from day 0 to day 84: the scans that begin, and have to end, within 90 days. */
export const SCANS_IN_90_DAYS = 13;
const START = '2026-11-24T08:00:00.000Z';
/** The engine's longest pause without a reason: nothing is to be done before the next event. */
const IDLE_MS = 15_000;

/** What is simulated. */
export interface NinetyDays {
  platforms: number;
  /** Day's and month's quota of the public key, and the platforms, are divided by this. */
  scale: number;
  reservePercent: number;
  /** Share of the analyses that are not completed when they are first looked at. */
  slowShare: number;
}

/** What came of it. */
export interface NinetyDaysResult {
  /** In the order in which they began. */
  scans: { startedDay: number; endedDay: number; completed: number; state: string }[];
  /** Requests that VirusTotal counted or refused. */
  requests: number;
  refusals: number;
  requestsPerPlatform: number;
  maxInAnySlidingMinute: number;
}

/**
 * The application with its real schedule, engine, budget and SQLite on a clock that goes from one
 * event to the next. Left out: HTTP (the stand-in's rules are asked in the process), and the looks
 * every 15 s of an engine that has nothing to do.
 */
export async function liveNinetyDays(given: NinetyDays): Promise<NinetyDaysResult> {
  const database = temporarySqlite();
  const clock = new FakeClock(START);
  const limits = {
    perMinute: PUBLIC_LIMITS.perMinute,
    perDay: PUBLIC_LIMITS.perDay / given.scale,
    perMonth: PUBLIC_LIMITS.perMonth / given.scale,
  };
  // Few engines: what is proved here does not depend on how long an answer is.
  const virusTotal = new VirusTotalInProcess(
    clock,
    limits,
    { meanSec: 10, jitter: 0.2, slowShare: given.slowShare, slowSec: 60 },
    ENGINE_NAMES.slice(0, 20),
  );
  const nest = await Test.createTestingModule({
    imports: [
      AppModule.register({
        clock,
        env: {
          ...database.env,
          VIRUSTOTAL_BASE_URL: 'http://virustotal.invalid/api/v3',
          LOG_LEVEL: 'error',
        },
      }),
    ],
  })
    .overrideProvider(VirusTotalHttp)
    .useValue(virusTotal)
    // Steps are taken one by one here.
    .overrideProvider(ScanRuntime)
    .useValue({})
    .compile();
  try {
    await addPlatforms(nest, given.platforms / given.scale);
    await nest.get(VirusTotalSettingsService).update({
      apiKey: DEFAULT_API_KEY,
      isActive: true,
      scanFrequencyDays: FREQUENCY_DAYS,
      requestsPerMinute: limits.perMinute,
      requestsPerDay: limits.perDay,
      requestsPerMonth: limits.perMonth,
      reservePercent: given.reservePercent,
    });
    await live(nest, clock);
    return await resultOf(nest, virusTotal);
  } finally {
    nest.get(ScanScheduler).stop();
    await nest.close();
    await database.drop();
  }
}

async function addPlatforms(nest: TestingModule, count: number): Promise<void> {
  for (let i = 1; i <= count; i += 1) {
    await nest.get(PlatformService).create({
      name: `Site ${i}`,
      url: `https://site${i}.example.org/`,
    });
  }
}

async function live(nest: TestingModule, clock: FakeClock): Promise<void> {
  const feeder = nest.get(DatabaseFeeder);
  const endMs = Date.parse(START) + SCANS_IN_90_DAYS * FREQUENCY_DAYS * DAY_MS - 1;
  await nest.get(ScanScheduler).start();
  while (clock.now().getTime() < endMs) {
    const waitMs = await feeder.step();
    await feeder.settled();
    if (waitMs === 0) continue;
    const jumpMs = waitMs < IDLE_MS ? waitMs : await untilNextEvent(nest, clock, endMs);
    // What falls due on the way, such as the schedule's look, happens then.
    await clock.skip(Math.max(waitMs, jumpMs));
  }
}

/** Until a wait ends, a task is due, or a scan is. */
async function untilNextEvent(nest: TestingModule, clock: FakeClock, endMs: number) {
  const now = clock.now();
  const open = await nest.get(ScanService).open();
  const events = [
    (await nest.get(ScanService).schedule())?.nextScanAt,
    await nest.get(TaskQueue).nextDueAt(now, []),
    ...open.map(({ waitingUntil }) => waitingUntil),
  ];
  const times = events.flatMap((at) => (at && at > now ? [at.getTime()] : []));
  return Math.min(endMs, ...times) - now.getTime();
}

async function resultOf(
  nest: TestingModule,
  virusTotal: VirusTotalInProcess,
): Promise<NinetyDaysResult> {
  const unitOfWork = nest.get(UnitOfWork);
  const day = (at: Date | null) => ((at?.getTime() ?? Number.NaN) - Date.parse(START)) / DAY_MS;
  const scans = await unitOfWork.repository(Scan).find({ order: { id: 'ASC' } });
  const completed = await unitOfWork.repository(ScanTask).countBy({ completedAt: Not(IsNull()) });
  const told = await Promise.all(
    scans.map(async (scan) => ({
      startedDay: day(scan.createdAt),
      endedDay: day(scan.finishedAt),
      completed: await unitOfWork
        .repository(ScanTask)
        .countBy({ scanId: scan.id, state: 'completed' }),
      state: scan.state,
    })),
  );
  const stats = virusTotal.log.stats(0);
  const { 'POST /urls': submits = 0, 'GET /analyses/{id}': looks = 0 } = stats.requests;
  return {
    scans: told,
    requests: submits + looks,
    refusals: stats.refusals,
    requestsPerPlatform: (submits + looks) / completed,
    maxInAnySlidingMinute: stats.maxInAnySlidingMinute,
  };
}

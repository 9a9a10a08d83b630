import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '../../src/config/config.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { ENTITIES } from '../../src/entities.js';
import { DatabaseFeeder } from '../../src/scan/database-feeder.js';
import { ScanModule } from '../../src/scan/scan.module.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import type { TestDatabase } from './databases.js';
import { FakeClock } from './fake-clock.js';
import { DEFAULT_API_KEY, type StandInOptions } from './virustotal-stand-in/options.js';
import { type StandIn, startVirusTotalStandIn } from './virustotal-stand-in/server.js';

const LIMITS = { perMinute: 100_000, perDay: 100_000, perMonth: 1_000_000 };

/**
 * The scan module, whose engine takes a step when a test says so, and a stand-in that it asks, on
 * a clock that stands still between the steps.
 */
export class EngineBench {
  /** What an operator was told went wrong, since the test forgot what was told before. */
  readonly complaints: string[] = [];

  private constructor(
    readonly clock: FakeClock,
    readonly standIn: StandIn,
    readonly nest: TestingModule,
  ) {}

  static async start(
    database: TestDatabase,
    options: Omit<StandInOptions, 'clock'> = {},
  ): Promise<EngineBench> {
    const clock = new FakeClock();
    const startMs = clock.now().getTime();
    const standIn = await startVirusTotalStandIn({
      apiKeys: [{ key: DEFAULT_API_KEY, ...LIMITS }],
      ...options,
      // VirusTotal's own clock: it goes right when ours is set.
      clock: { now: () => startMs + clock.monotonicMs() },
    });
    const env = {
      ...database.env,
      VIRUSTOTAL_BASE_URL: standIn.url,
      LOG_LEVEL: 'error',
      LOG_FORMAT: 'json',
    };
    const nest = await Test.createTestingModule({
      imports: [
        ConfigModule.register({ env, clock }),
        DatabaseModule.register(ENTITIES),
        ScanModule,
      ],
    }).compile();
    await nest.init();
    const bench = new EngineBench(clock, standIn, nest);
    nest.useLogger({
      log: () => undefined,
      warn: () => undefined,
      error: (message: unknown) => bench.complaints.push(String(message)),
    });
    await nest.get(VirusTotalSettingsService).update({
      apiKey: DEFAULT_API_KEY,
      isActive: true,
      requestsPerMinute: 600,
      requestsPerDay: LIMITS.perDay,
      requestsPerMonth: LIMITS.perMonth,
    });
    return bench;
  }

  /** One step of the engine, and the pause after it. */
  async step(): Promise<void> {
    const feeder = this.nest.get(DatabaseFeeder);
    const waitMs = await feeder.step();
    await feeder.settled();
    if (waitMs > 0) await this.clock.advance(waitMs);
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

  async stop(): Promise<void> {
    await this.standIn.close();
    await this.nest.close();
  }
}

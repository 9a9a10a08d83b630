import { Test, type TestingModule } from '@nestjs/testing';
import { ScaledClock } from '../../src/config/clock.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { OjuLogger } from '../../src/config/oju-logger.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ENTITIES } from '../../src/entities.js';
import { BudgetPlace } from '../../src/virustotal/budget-place.entity.js';
import { Budget } from '../../src/virustotal/budget.service.js';
import { VirusTotalError } from '../../src/virustotal/virustotal-error.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { type Call, VirusTotalClient } from '../../src/virustotal/virustotal.client.js';
import { VirusTotalModule } from '../../src/virustotal/virustotal.module.js';
import { temporarySqlite } from './open-database.js';
import { DEFAULT_API_KEY, type StandInOptions } from './virustotal-stand-in/options.js';
import { type StandIn, startVirusTotalStandIn } from './virustotal-stand-in/server.js';

/** Another key that the stand-in accepts, in both cases. */
export const OTHER_API_KEY = 'deadbeefCAFE4242'.repeat(4);

const LIMITS = { perMinute: 100_000, perDay: 100_000, perMonth: 1_000_000 };

/** The VirusTotal module alone, and a stand-in that it asks; 600 requests a minute. */
export class VirusTotalBench {
  private constructor(
    readonly standIn: StandIn,
    readonly clock: ScaledClock,
    private readonly nest: TestingModule,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  /** @param factor how many times as fast as the machine's clock the client lives */
  static async start(factor: number, options: StandInOptions = {}): Promise<VirusTotalBench> {
    const database = temporarySqlite();
    const clock = new ScaledClock(factor);
    const standIn = await startVirusTotalStandIn({
      ...options,
      apiKeys: [DEFAULT_API_KEY, OTHER_API_KEY].map((key) => ({ key, ...LIMITS })),
    });
    const env = {
      ...database.env,
      VIRUSTOTAL_BASE_URL: standIn.url,
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
    };
    const nest = await Test.createTestingModule({
      imports: [
        ConfigModule.register({ env, clock }),
        DatabaseModule.register(ENTITIES),
        VirusTotalModule,
      ],
    }).compile();
    await nest.init();
    await nest.get(VirusTotalSettingsService).update({
      requestsPerMinute: 600,
      requestsPerDay: 100_000,
      requestsPerMonth: 1_000_000,
    });
    return new VirusTotalBench(standIn, clock, nest, database.drop);
  }

  get client(): VirusTotalClient {
    return this.nest.get(VirusTotalClient);
  }

  /** A place of its own and the key, for one request. */
  async call(apiKey = DEFAULT_API_KEY): Promise<Call> {
    const budget = this.nest.get(Budget);
    for (;;) {
      const taken = await budget.take('routine');
      if (taken.place) return { place: taken.place, apiKey };
      if (!('waitMs' in taken)) throw new Error(`The ${taken.shortage} is spent`);
      await this.clock.sleep(taken.waitMs);
    }
  }

  /** The error of a request that must fail, and its place must be answered all the same. */
  async failure(request: (call: Call) => Promise<unknown>, apiKey?: string) {
    const call = await this.call(apiKey);
    const error: unknown = await request(call).then(
      () => new Error('The request did not fail'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof VirusTotalError)) throw error;
    return { error, isPlaceAnswered: (await this.place(call))?.answeredAt instanceof Date };
  }

  async place({ place }: Call): Promise<BudgetPlace | null> {
    return this.nest.get(UnitOfWork).repository(BudgetPlace).findOneBy({ id: place.blockId });
  }

  /** From now on everything in this process is logged as this application logs. */
  log(): void {
    this.nest.useLogger(this.nest.get(OjuLogger));
  }

  async stop(): Promise<void> {
    await this.nest.close();
    await this.standIn.close();
    await this.dropDatabase();
  }
}

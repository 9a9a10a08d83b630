import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../src/app.module.js';
import { PlatformService } from '../src/platform/platform.service.js';
import { EngineWakeup } from '../src/scan/engine-wakeup.js';
import { ScanStarter } from '../src/scan/scan-starter.service.js';
import { ScanService } from '../src/scan/scan.service.js';
import { VirusTotalSettingsService } from '../src/virustotal/virustotal-settings.service.js';
import type { TestDatabase } from '../test/support/databases.js';
import { ENGINE_NAMES } from '../test/support/virustotal-stand-in/engine-names.js';
import { DEFAULT_API_KEY } from '../test/support/virustotal-stand-in/options.js';
import {
  type SpawnedStandIn,
  spawnVirusTotalStandIn,
} from '../test/support/virustotal-stand-in/spawn.js';
import { LeapingClock } from './leaping-clock.js';

/** How many engines an answer has: those that the stand-in knows, and a few to come. */
export const ENGINES = 95;
const ENGINE_SET = Array.from({ length: ENGINES }, (_, i) => ENGINE_NAMES[i] ?? `Newcomer ${i}`);

/** What no machine comes near; more than the form takes. */
const NO_QUOTA = {
  requestsPerMinute: 6_000_000,
  requestsPerDay: 2_000_000_000,
  requestsPerMonth: 2_000_000_000,
};

/** An analysis is first looked at after 15 to 20 s: so long a leap, so often, real ms. */
const LEAP_MS = 20_000;
const LEAP_EVERY_MS = 250;
const LOOK_EVERY_MS = 25;
const SCAN_LIMIT_MS = 120_000;

/** The application without its pages, and a stand-in in a process of its own that never makes wait. */
export class BenchApp {
  private constructor(
    readonly nest: INestApplicationContext,
    readonly standIn: SpawnedStandIn,
    readonly clock: LeapingClock,
  ) {}

  static async start(database: TestDatabase): Promise<BenchApp> {
    const standIn = await spawnVirusTotalStandIn({
      apiKeys: [{ key: DEFAULT_API_KEY, perMinute: 1e9, perDay: 1e9, perMonth: 1e9 }],
      engines: ENGINE_SET,
      analysis: { meanSec: 0 },
    });
    const env = { ...database.env, VIRUSTOTAL_BASE_URL: standIn.url, LOG_LEVEL: 'error' };
    const clock = new LeapingClock();
    const nest = await NestFactory.createApplicationContext(AppModule.register({ env, clock }), {
      logger: ['error'],
    });
    return new BenchApp(nest, standIn, clock);
  }

  /** Adds platforms and opens the integration, without a scan. @returns their URLs */
  async prepare(platforms: number): Promise<string[]> {
    const service = this.nest.get(PlatformService);
    const urls = Array.from({ length: platforms }, (_, i) => `https://site${i + 1}.example.org/`);
    for (const [index, url] of urls.entries()) {
      await service.create({ name: `Site ${index + 1}`, url });
    }
    const settings = this.nest.get(VirusTotalSettingsService);
    await settings.update({ apiKey: DEFAULT_API_KEY, isActive: true, ...NO_QUOTA });
    return urls;
  }

  /** Scans every platform once. @returns how long it took, real ms */
  async scan(): Promise<number> {
    const startedAt = performance.now();
    const { id } = await this.nest
      .get(ScanStarter)
      .overAll({ trigger: 'manual', requestedBy: null });
    for (let looks = 1; ; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      if ((looks * LOOK_EVERY_MS) % LEAP_EVERY_MS === 0) this.leap();
      const scan = await this.nest.get(ScanService).get(id);
      const tookMs = performance.now() - startedAt;
      if (scan.state === 'completed') return tookMs;
      if (scan.finishedAt !== null || tookMs > SCAN_LIMIT_MS) {
        throw new Error(`The scan is ${scan.state} (${scan.reason ?? 'no reason'})`);
      }
    }
  }

  private leap(): void {
    this.clock.leap(LEAP_MS);
    this.nest.get(EngineWakeup).wake();
  }

  async stop(): Promise<void> {
    await this.nest.close();
    await this.standIn.stop();
  }
}

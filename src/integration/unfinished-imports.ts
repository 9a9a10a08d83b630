import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock, type IntervalHandle } from '../config/clock.js';
import { ImportService } from '../platform/import/import.service.js';
import { PastedPlatforms } from '../platform/pasted-platforms.service.js';
import { PlatformImport } from '../platform/platform-import.service.js';
import { VendorImport } from '../vendor/vendor-import.service.js';

const EVERY_MS = 60_000;

/**
 * Finishes imports that were cut short: before the server takes its first request, and every minute
 * those of the command, and those that the database had no room for.
 */
@Injectable()
export class UnfinishedImports implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Import');
  private interval: IntervalHandle | null = null;
  private running: Promise<void> | null = null;

  constructor(
    private readonly imports: ImportService,
    private readonly vendors: VendorImport,
    private readonly platforms: PlatformImport,
    private readonly pasted: PastedPlatforms,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.interval = this.clock.setInterval(() => void this.look(), EVERY_MS);
    await this.look();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.interval) clearInterval(this.interval);
    await this.running;
  }

  private async look(): Promise<void> {
    this.running ??= this.finish().finally(() => (this.running = null));
    await this.running;
  }

  private async finish(): Promise<void> {
    try {
      await this.imports.resume(this.vendors);
      await this.imports.resume(this.platforms);
      await this.imports.resume(this.pasted);
    } catch (error) {
      this.logger.warn(`Imports could not be finished: ${String(error)}`);
    }
  }
}

import { Injectable } from '@nestjs/common';
import { AlertService } from '../alert/alert.service.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PlatformService } from '../platform/platform.service.js';
import { ScanEnd } from './scan-end.service.js';
import { TaskStep } from './task-step.service.js';

/** Takes a platform out of use, with all that hangs on it. */
@Injectable()
export class PlatformRemoval {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly platforms: PlatformService,
    private readonly alerts: AlertService,
    private readonly steps: TaskStep,
    private readonly ends: ScanEnd,
  ) {}

  /**
   * Archives a platform: its open tasks are skipped, its open alert resolves as
   * `platform_removed`, its history stays. Once more changes nothing.
   * @throws NotFoundError
   */
  async remove(platformId: number): Promise<void> {
    await this.unitOfWork.run(async () => {
      // Tasks are locked before their platform, and scans last, as everywhere.
      const skipped = await this.steps.skipPlatform(platformId);
      await this.platforms.archive(platformId);
      await this.alerts.platformRemoved(platformId);
      // A scan may have begun before the platform was locked.
      skipped.push(...(await this.steps.skipPlatform(platformId)));
      await this.ends.tasksEnded(skipped);
    });
  }
}

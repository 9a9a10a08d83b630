import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { PastTasks } from './past-tasks.service.js';

/** How many tasks, beside those that joined them, one unit of work takes away at most. */
export const TASKS_A_BATCH = 200;
/** How many platforms are looked at, at most, before others get their turn. */
const PLATFORMS_A_BATCH = 5;
const PAUSE_MS = 100;
const DAY_MS = 24 * 60 * 60 * 1000;

interface Batch {
  taskIds: number[];
  /** The last platform that is done with; null when there is none after it. */
  donePlatformId: number | null;
}

/**
 * Thins the details of scans that are older than the settings keep them and in which nothing
 * changed. Any number of instances may do so at once, and be killed at it: each batch is one unit of
 * work, and what a task told is in the verdict intervals of those that stay.
 */
@Injectable()
export class DetailsThinning {
  constructor(
    private readonly clock: Clock,
    private readonly settings: VirusTotalSettingsService,
    private readonly tasks: PastTasks,
  ) {}

  /**
   * Thins all that is there to thin, in batches with a pause after each. A changed setting counts
   * from the next batch on.
   * @param signal ends it after the batch under way
   * @returns how many tasks went
   */
  async run(signal: AbortSignal): Promise<number> {
    let gone = 0;
    let platformId: number | null = 0;
    while (platformId !== null && !signal.aborted) {
      const { keepDetailsDays } = await this.settings.current();
      if (keepDetailsDays === null) break;
      const before = new Date(this.clock.now().getTime() - keepDetailsDays * DAY_MS);
      const batch: Batch = await this.next(platformId, before);
      if (batch.taskIds.length > 0) gone += await this.tasks.thin(batch.taskIds);
      platformId = batch.donePlatformId;
      if (platformId !== null) await this.clock.sleep(PAUSE_MS, signal);
    }
    return gone;
  }

  private async next(afterPlatformId: number, before: Date): Promise<Batch> {
    const taskIds: number[] = [];
    let donePlatformId = afterPlatformId;
    for (let looked = 0; looked < PLATFORMS_A_BATCH; looked += 1) {
      const platformId = await this.tasks.platformAfter(donePlatformId);
      if (platformId === null) return { taskIds, donePlatformId: null };
      const found = await this.tasks.thinnable(platformId, before);
      const room = TASKS_A_BATCH - taskIds.length;
      taskIds.push(...found.slice(0, room));
      if (found.length > room) break;
      donePlatformId = platformId;
    }
    return { taskIds, donePlatformId };
  }
}

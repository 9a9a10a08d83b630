import { setImmediate } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PlatformService } from '../platform/platform.service.js';
import type { Engine } from '../vendor/engine.entity.js';
import { EngineNames } from '../vendor/engine-names.service.js';
import { EngineService } from '../vendor/engine.service.js';
import { RenamedFlags } from './renamed-flags.service.js';
import { SYSTEM } from './timeline.service.js';

/** How many platforms one unit of work moves at most: some 20 ms, in which others wait. */
const PLATFORMS_A_UNIT = 5;

/** Confirms that an engine goes on under another name, and moves what stands under the old one. */
@Injectable()
export class EngineRename implements OnApplicationBootstrap {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly names: EngineNames,
    private readonly engines: EngineService,
    private readonly platforms: PlatformService,
    private readonly flags: RenamedFlags,
  ) {}

  /** Goes on where a process ended in the middle of it. */
  async onApplicationBootstrap(): Promise<void> {
    await this.moveAll(SYSTEM);
  }

  /**
   * Live detections and acceptances of the old name are the new name's from now on; what is past
   * stays as it was answered. Vendors are not touched. The rename itself is one unit of work, from
   * which on scans judge by it; then platforms are moved a few at a time, since thousands at once
   * would hold everybody up. What is left when that ends early is moved by the platform's next scan,
   * at the next rename or at the next start.
   * @param actor who confirms, for the timelines
   * @throws NotFoundError, RenameRefusedError
   */
  async confirm(
    fromId: number,
    toId: number,
    actor: string,
  ): Promise<{ from: Engine; to: Engine; platforms: number }> {
    const { from, to } = await this.names.rename(fromId, toId);
    return { from, to, platforms: await this.moveAll(actor) };
  }

  /** @returns on how many platforms */
  private async moveAll(actor: string): Promise<number> {
    const platformIds = await this.flags.platforms();
    for (let start = 0; start < platformIds.length; start += PLATFORMS_A_UNIT) {
      const part = platformIds.slice(start, start + PLATFORMS_A_UNIT);
      await this.unitOfWork.run(async () => {
        for (const platformId of part) {
          await this.platforms.lock(platformId);
          await this.flags.move(platformId, await this.engines.renames(), actor);
        }
      });
      await setImmediate();
    }
    return platformIds.length;
  }
}

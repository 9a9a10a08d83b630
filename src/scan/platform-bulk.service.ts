import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { UpdatePlatformDto } from '../platform/platform.dto.js';
import type { Platform } from '../platform/platform.entity.js';
import { PlatformService } from '../platform/platform.service.js';
import { type BulkOutcome, changeEach } from '../web/bulk.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import type { PlatformBulkForm } from './platform-bulk.dto.js';
import { fieldChanges, type PlatformFieldsAction } from './platform-bulk.rules.js';
import { PlatformRemoval } from './platform-removal.service.js';
import { ScanStarter } from './scan-starter.service.js';
import type { Scan } from './scan.entity.js';

const t = translator();

/** What became of a scan of several platforms. */
export interface BulkScan {
  /** Null when none of them could be scanned. */
  scan: Scan | null;
  outcome: BulkOutcome;
}

/** Does one thing with several platforms, of which some may be refused. */
@Injectable()
export class PlatformBulk {
  private readonly logger = new Logger(PlatformBulk.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly platforms: PlatformService,
    private readonly removal: PlatformRemoval,
    private readonly starter: ScanStarter,
  ) {}

  /** Changes or archives each of them, each in a unit of work of its own. */
  async change({ ids, action, tag }: PlatformBulkForm): Promise<BulkOutcome> {
    if (action === 'scan') throw new Error('A scan of several platforms is one scan');
    const chosen = ids.map((id) => ({ id }));
    const changeOne = ({ id }: { id: number }) =>
      action === 'archive' ? this.archive(id) : this.changeFields(id, action, tag);
    return changeEach(chosen, changeOne, this.logger);
  }

  /**
   * Begins one scan of those that can be scanned.
   * @param ids as many as a named scan takes at most
   * @throws IntegrationNotActiveError
   */
  async scan(ids: readonly number[], requestedBy: string): Promise<BulkScan> {
    const found = new Map((await this.platforms.findMany(ids)).map((one) => [one.id, one]));
    const scannable = ids.filter((id) => isScannable(found.get(id)));
    const refused = ids
      .filter((id) => !scannable.includes(id))
      .map((id) => ({ id, why: t('platform.bulk.notScannable') }));
    const outcome = { changed: scannable.length, unchanged: 0, refused };
    if (scannable.length === 0) return { scan: null, outcome };
    const scan = await this.starter.named(scannable.map(showId), {
      trigger: 'manual',
      requestedBy,
    });
    return { scan, outcome };
  }

  private async changeFields(
    id: number,
    action: PlatformFieldsAction,
    tag: string,
  ): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const changes = fieldChanges(await this.platforms.lock(id), action, tag);
      if (changes) await this.platforms.update(id, validateDto(UpdatePlatformDto, changes));
      return changes !== null;
    });
  }

  private async archive(id: number): Promise<boolean> {
    const { archivedAt } = await this.platforms.get(id);
    if (archivedAt === null) await this.removal.remove(id);
    return archivedAt === null;
  }
}

function isScannable(platform: Platform | undefined): boolean {
  return platform?.isActive === true && platform.archivedAt === null;
}

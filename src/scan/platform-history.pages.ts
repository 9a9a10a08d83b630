import { Controller, Get, Param, Query, Render } from '@nestjs/common';
import type { Platform } from '../platform/platform.entity.js';
import { PlatformService } from '../platform/platform.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { pathId, showId } from '../web/ids.js';
import { momentText } from '../web/moment-text.js';
import { translator } from '../web/translator.js';
import { CompareQuery } from './platform-scan.dto.js';
import { PlatformVerdicts } from './platform-verdicts.service.js';
import { changesView, pastScanRow, verdictTables } from './scan-page.view.js';
import type { ScanTask } from './scan-task.entity.js';

const t = translator();

/** One past scan of a platform in full, and two of them compared. */
@ApiExcludeController()
@Controller('platforms/:id')
export class PlatformHistoryPages {
  constructor(
    private readonly platforms: PlatformService,
    private readonly verdicts: PlatformVerdicts,
  ) {}

  @Get('scans/:taskId')
  @Render('platforms/past_scan')
  async show(@Param('id') id: string, @Param('taskId') taskId: string): Promise<object> {
    const platform = await this.platforms.get(pathId(id));
    const past = await this.verdicts.pastScan(platform.id, pathId(taskId));
    return {
      pageTitle: t('scan.pastTitle', { name: platform.name, at: whenOf(past.task) }),
      parent: parentOf(platform),
      platform: linkOf(platform),
      scan: pastScanRow(past),
      ...verdictTables(await this.verdicts.at(platform.id, past.task.id)),
    };
  }

  @Get('compare')
  @Render('platforms/compare')
  async compare(@Param('id') id: string, @Query() query: CompareQuery): Promise<object> {
    const platform = await this.platforms.get(pathId(id));
    const { earlier, later, changes } = await this.verdicts.compare(platform.id, [
      pathId(query.from ?? ''),
      pathId(query.to ?? ''),
    ]);
    return {
      pageTitle: t('scan.compareTitle', { name: platform.name }),
      parent: parentOf(platform),
      platform: linkOf(platform),
      earlier: { taskId: showId(earlier.id), completedAt: earlier.completedAt },
      later: { taskId: showId(later.id), completedAt: later.completedAt },
      ...changesView(changes),
    };
  }
}

function linkOf({ id, name, url }: Platform): object {
  return { id: showId(id), name, url };
}

function whenOf({ completedAt }: ScanTask): string {
  return completedAt ? momentText(completedAt) : '';
}

/** Where these pages lie, for the breadcrumbs. */
function parentOf({ id, name }: Platform): { href: string; label: string } {
  return { href: `/platforms/${showId(id)}`, label: name };
}

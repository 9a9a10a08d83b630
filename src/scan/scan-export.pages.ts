import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { sendDownload } from '../web/download.js';
import { pathId, showId } from '../web/ids.js';
import { listCsv } from '../web/list-csv.js';
import { ScanPageQuery } from './platform-scan.dto.js';
import { ScanContents } from './scan-contents.service.js';
import { type CountedScan, SCAN_COLUMNS, TASK_COLUMNS } from './scan-csv.view.js';
import { ScanListQuery } from './scan.dto.js';
import { ScanService } from './scan.service.js';

/**
 * Scans, and the tasks of one, as files. The limit of a page is none of a file's: it holds all that
 * is meant.
 */
@ApiExcludeController()
@Controller('scans')
export class ScanExportPages {
  constructor(
    private readonly scans: ScanService,
    private readonly contents: ScanContents,
  ) {}

  @Get('export')
  async export(@Query() { sort }: ScanListQuery, @Res() response: Response): Promise<void> {
    await sendDownload(response, listCsv('oju-scans', SCAN_COLUMNS, this.counted(sort)));
  }

  @Get(':id/export')
  async exportTasks(
    @Param('id') id: string,
    @Query() { show }: ScanPageQuery,
    @Res() response: Response,
  ): Promise<void> {
    const scan = await this.scans.get(pathId(id));
    const batches = this.contents.batches(scan.id, show === 'changed');
    await sendDownload(response, listCsv(`oju-scan-${showId(scan.id)}`, TASK_COLUMNS, batches));
  }

  private async *counted(sort: string | undefined): AsyncGenerator<CountedScan[]> {
    for await (const scans of this.scans.batches(sort)) {
      const counts = await this.contents.counts(scans.map(({ id }) => id));
      yield scans.map((scan) => ({ scan, counts: counts.get(scan.id) }));
    }
  }
}

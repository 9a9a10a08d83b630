import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import type { Request, Response } from 'express';
import { PlatformService } from '../platform/platform.service.js';
import { addFlash } from '../web/flash.js';
import { pathId, showId } from '../web/ids.js';
import { listAddress } from '../web/list-address.js';
import { pager } from '../web/pager.js';
import { actorName } from '../web/request.js';
import { sorting } from '../web/sorting.js';
import { translator } from '../web/translator.js';
import { scanPage, scanPath, scanProgressView, scanRow, taskRow } from './scan-page.view.js';
import { ScanContents } from './scan-contents.service.js';
import { ScanPageQuery } from './platform-scan.dto.js';
import { ScanOutlook } from './scan-outlook.service.js';
import { ScanStarter } from './scan-starter.service.js';
import { SCAN_SORT, SCAN_SORTS } from './scan-sort.js';
import { ScanListQuery } from './scan.dto.js';
import { IntegrationNotActiveError, ScanEndedError, ScanRunningError } from './scan.errors.js';
import { noCounts } from './scan.rules.js';
import { ScanService } from './scan.service.js';

const t = translator();

/** The list of scans, one scan with its progress, and the buttons that begin and cancel one. */
@ApiExcludeController()
@Controller('scans')
export class ScanPages {
  constructor(
    private readonly scans: ScanService,
    private readonly contents: ScanContents,
    private readonly starter: ScanStarter,
    private readonly platforms: PlatformService,
    private readonly outlook: ScanOutlook,
  ) {}

  @Get()
  @Render('scans/index')
  async index(@Query() query: ScanListQuery): Promise<object> {
    const { sort, limit, cursor } = query;
    const page = await this.scans.list(query);
    const counts = await this.contents.counts(page.items.map(({ id }) => id));
    const { isIntegrationActive } = await this.platforms.viewContext();
    const schedule = await this.scans.schedule();
    return {
      pageTitle: t('scan.title'),
      scans: page.items.map((scan) => scanRow(scan, counts.get(scan.id))),
      isIntegrationActive,
      nextScanAt: isIntegrationActive ? (schedule?.nextScanAt ?? null) : null,
      exportHref: listAddress('/scans/export', { sort }),
      ...sorting({
        path: '/scans',
        sorts: SCAN_SORTS,
        labels: { startedAt: t('scan.started'), finishedAt: t('scan.finished') },
        usual: SCAN_SORT,
        asked: { sort, limit },
      }),
      ...pager('/scans', page, { sort, limit, cursor }),
    };
  }

  @Post()
  async start(@Req() request: Request, @Res() response: Response): Promise<void> {
    try {
      const asked = { trigger: 'manual', requestedBy: actorName(request) } as const;
      const scan = await this.starter.overAll(asked);
      addFlash(request, 'success', t('scan.flash.started'));
      response.redirect(303, scanPath(scan));
    } catch (error) {
      if (error instanceof ScanRunningError) {
        addFlash(request, 'warning', t('scan.flash.alreadyRunning'));
        response.redirect(303, `/scans/${error.scanId}`);
      } else if (error instanceof IntegrationNotActiveError) {
        addFlash(request, 'error', t('scan.flash.notActive'));
        response.redirect(303, '/scans');
      } else throw error;
    }
  }

  @Get(':id')
  @Render('scans/show')
  async show(@Param('id') id: string, @Query() query: ScanPageQuery): Promise<object> {
    const scan = await this.scans.get(pathId(id));
    const counts = (await this.contents.counts([scan.id])).get(scan.id) ?? noCounts();
    const isChanged = query.show === 'changed';
    const page = await this.contents.results(scan.id, query, isChanged);
    return {
      pageTitle: t('scan.oneTitle', { id: showId(scan.id) }),
      scripts: scan.finishedAt === null ? ['js/scan-progress.js'] : [],
      scan: scanPage(scan, counts),
      progress: scanProgressView(scan, counts, await this.outlook.words(scan, counts)),
      isChanged,
      exportHref: listAddress(`${scanPath(scan)}/export`, { show: query.show }),
      tasks: page.items.map(({ task, changes }) => taskRow(task, changes)),
      ...pager(scanPath(scan), page, {
        show: query.show,
        limit: query.limit,
        cursor: query.cursor,
      }),
    };
  }

  @Post(':id/cancel')
  async cancel(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const scanId = pathId(id);
    try {
      await this.starter.cancel(scanId);
      addFlash(request, 'success', t('scan.flash.cancelled'));
    } catch (error) {
      if (!(error instanceof ScanEndedError)) throw error;
      addFlash(request, 'warning', t('scan.flash.ended'));
    }
    response.redirect(303, scanPath({ id: scanId }));
  }
}

import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import type { Request, Response } from 'express';
import type { Alert } from '../alert/alert.entity.js';
import { AlertService } from '../alert/alert.service.js';
import type { Platform } from '../platform/platform.entity.js';
import { PlatformService } from '../platform/platform.service.js';
import { virusTotalPage } from '../platform/virustotal-page.js';
import { platformView } from '../platform/platform.view.js';
import { addFlash } from '../web/flash.js';
import { freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { pager } from '../web/pager.js';
import { PageQuery } from '../web/paging.js';
import { actorName } from '../web/request.js';
import { momentText } from '../web/moment-text.js';
import { translator } from '../web/translator.js';
import { failureView, platformFacts } from './platform-page.view.js';
import { PlatformRemoval } from './platform-removal.service.js';
import { PlatformVerdicts } from './platform-verdicts.service.js';
import { pastScanRow, scanPath, verdictTables } from './scan-page.view.js';
import { ScanStarter } from './scan-starter.service.js';
import { IntegrationNotActiveError, PlatformNotScannableError } from './scan.errors.js';

const t = translator();

/** How many past scans a platform's page shows at once. */
const PAST_SCANS = 10;

/** One platform with what the engines say and said of it; its removal, and its scan now. */
@ApiExcludeController()
@Controller('platforms')
export class PlatformScanPages {
  constructor(
    private readonly platforms: PlatformService,
    private readonly alerts: AlertService,
    private readonly verdicts: PlatformVerdicts,
    private readonly removal: PlatformRemoval,
    private readonly starter: ScanStarter,
  ) {}

  @Get(':id')
  @Render('platforms/show')
  async show(@Param('id') id: string, @Query() query: PageQuery): Promise<object> {
    const platform = await this.platforms.get(pathId(id));
    const { limit = PAST_SCANS, cursor } = query;
    const past = await this.verdicts.past(
      platform.id,
      Object.assign(new PageQuery(), { limit, cursor }),
    );
    const context = await this.platforms.viewContext();
    const present = await this.verdicts.present(platform.id);
    const failed = await this.verdicts.lastFailure(platform.id);
    return {
      pageTitle: platform.name,
      platform: platformView(platform, context),
      ...platformFacts(platform, context, present),
      lastFailure: failed && failureView(failed),
      hasFailed: failed !== null,
      archived: platform.archivedAt
        ? t('scan.archived', { at: momentText(platform.archivedAt) })
        : null,
      lastConclusiveAt: platform.lastConclusiveAt,
      virusTotalPage: virusTotalPage(platform.virusTotalUrlId),
      alert: await this.openAlert(platform.id),
      ...verdictTables(present),
      history: past.items.map(pastScanRow),
      canCompare: past.items.length > 1,
      ...pager(`/platforms/${showId(platform.id)}`, past, { limit: query.limit, cursor }),
    };
  }

  @Get(':id/delete')
  @Render('platforms/delete')
  async showDelete(@Param('id') id: string): Promise<object> {
    return { ...freshForm(), ...deleteModel(await this.platforms.get(pathId(id))) };
  }

  @Post(':id/delete')
  async remove(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const platform = await this.platforms.get(pathId(id));
    await submitForm({
      request,
      response,
      action: () => this.removal.remove(platform.id),
      onDone: () => ({
        to: '/platforms',
        flash: t('scan.flash.platformRemoved', { name: platform.name }),
      }),
      onError: () => Promise.resolve({ view: 'platforms/delete', model: deleteModel(platform) }),
    });
  }

  @Post(':id/scans')
  async scan(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { id: platformId, name } = await this.platforms.get(pathId(id));
    const shownId = showId(platformId);
    try {
      const asked = { trigger: 'manual', requestedBy: actorName(request) } as const;
      const scan = await this.starter.named([shownId], asked);
      addFlash(request, 'success', t('scan.flash.startedOne', { name }));
      response.redirect(303, scanPath(scan));
    } catch (error) {
      const complaint = startComplaint(error, name);
      if (complaint === null) throw error;
      addFlash(request, 'error', complaint);
      response.redirect(303, `/platforms/${shownId}`);
    }
  }

  private async openAlert(platformId: number): Promise<object | null> {
    const filter = { platformId, states: ['new', 'in_progress'] } as const;
    const [alert]: (Alert | undefined)[] = (await this.alerts.list(filter, firstPage(1))).items;
    return alert ? { id: showId(alert.id), severity: alert.severity, state: alert.state } : null;
  }
}

function firstPage(limit: number): PageQuery {
  return Object.assign(new PageQuery(), { limit });
}

function deleteModel({ id, name }: Platform): object {
  return {
    pageTitle: t('scan.removeTitle', { name }),
    parent: { href: `/platforms/${showId(id)}`, label: name },
    id: showId(id),
  };
}

function startComplaint(error: unknown, name: string): string | null {
  if (error instanceof IntegrationNotActiveError) return t('scan.flash.notActive');
  if (error instanceof PlatformNotScannableError) return t('scan.flash.notScannable', { name });
  return null;
}

import {
  Controller,
  Get,
  Param,
  Post,
  Query,
  Render,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { ImportPageQuery } from '../platform/import/import.dto.js';
import { UPLOAD_LABELS, uploadPage } from '../platform/import/import-page.view.js';
import { formUrls, ImportUpload } from '../platform/import/import.request.js';
import { type ImportCounts, ImportService } from '../platform/import/import.service.js';
import { PastedPlatforms } from '../platform/pasted-platforms.service.js';
import { PlatformImport } from '../platform/platform-import.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import { CapacityService } from './capacity.service.js';
import { platformImportModel } from './platform-import-page.view.js';

const t = translator();

const PLACE = { path: '/platforms/paste', list: '/platforms' };
/** The form that takes a list stands on the page that takes a file. */
const FORM = { path: '/platforms/import', list: '/platforms' };

/** Lists of URLs that are pasted: looked at first, then what can be added is. */
@ApiExcludeController()
@Controller('platforms/paste')
export class PastedPlatformPages {
  constructor(
    readonly target: PastedPlatforms,
    private readonly files: PlatformImport,
    readonly imports: ImportService,
    readonly limits: CapacityService,
  ) {}

  @Post()
  @UseInterceptors(ImportUpload)
  async check(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      labels: UPLOAD_LABELS,
      action: async () => this.imports.stage(this.target, formUrls(request)),
      onDone: ({ id }) => ({ to: `${PLACE.path}/${showId(id)}` }),
      onError: (form) =>
        Promise.resolve({
          view: 'import/new',
          model: { ...uploadPage(this.files, FORM, form), takesUrls: true },
        }),
    });
  }

  @Get(':id')
  @Render('import/show')
  async show(@Param('id') id: string, @Query() query: ImportPageQuery): Promise<object> {
    return { ...freshForm(), ...(await this.model(pathId(id), query)) };
  }

  @Post(':id')
  async apply(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const importId = pathId(id);
    const { withTokens } = (request.body ?? {}) as { withTokens?: unknown };
    await submitForm({
      request,
      response,
      action: () => this.add(importId, withTokens === 'true'),
      onDone: ({ counts, isDone }) =>
        isDone
          ? { to: PLACE.list, flash: t('import.urls.flash', { count: counts.new }) }
          : { to: `${PLACE.path}/${showId(importId)}` },
      onError: async () => ({
        view: 'import/show',
        model: await this.model(importId, new ImportPageQuery()),
      }),
    });
  }

  private async add(
    importId: number,
    withTokens: boolean,
  ): Promise<{ counts: ImportCounts; isDone: boolean }> {
    await this.imports.get(this.target, importId);
    await this.target.takeSecrets(importId, withTokens);
    return this.imports.begin(this.target, importId);
  }

  private async model(id: number, query: ImportPageQuery): Promise<object> {
    const model = await platformImportModel(this, PLACE, id, query);
    return { ...model, path: `${FORM.path}#paste` };
  }
}

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
import { formFile, ImportUpload } from '../platform/import/import.request.js';
import { importedInWords } from '../platform/import/import-words.js';
import { ImportService } from '../platform/import/import.service.js';
import { PlatformImport } from '../platform/platform-import.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { CapacityService } from './capacity.service.js';
import { platformImportModel } from './platform-import-page.view.js';

const PLACE = { path: '/platforms/import', list: '/platforms' };

/** Files of platforms: one is taken and compared, then looked at, then imported. */
@ApiExcludeController()
@Controller('platforms/import')
export class PlatformImportPages {
  constructor(
    readonly target: PlatformImport,
    readonly imports: ImportService,
    readonly limits: CapacityService,
  ) {}

  @Get()
  @Render('import/new')
  showNew(): object {
    return { ...uploadPage(this.target, PLACE, freshForm()), takesUrls: true };
  }

  @Post()
  @UseInterceptors(ImportUpload)
  async check(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      labels: UPLOAD_LABELS,
      action: async () => this.imports.stage(this.target, await formFile(request)),
      onDone: ({ id }) => ({ to: `${PLACE.path}/${showId(id)}` }),
      onError: (form) =>
        Promise.resolve({
          view: 'import/new',
          model: { ...uploadPage(this.target, PLACE, form), takesUrls: true },
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
    await submitForm({
      request,
      response,
      action: () => this.imports.begin(this.target, importId),
      onDone: ({ counts, isDone }) =>
        isDone
          ? {
              to: PLACE.list,
              flash: importedInWords('platform', counts),
            }
          : { to: `${PLACE.path}/${showId(importId)}` },
      onError: async () => ({
        view: 'import/show',
        model: await this.model(importId, new ImportPageQuery()),
      }),
    });
  }

  private model(id: number, query: ImportPageQuery): Promise<object> {
    return platformImportModel(this, PLACE, id, query);
  }
}

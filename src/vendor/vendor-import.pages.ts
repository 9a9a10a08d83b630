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
import { sendExport } from '../platform/import/export.request.js';
import { ImportPageQuery } from '../platform/import/import.dto.js';
import { importPage, UPLOAD_LABELS, uploadPage } from '../platform/import/import-page.view.js';
import { formFile, ImportUpload } from '../platform/import/import.request.js';
import { importedInWords } from '../platform/import/import-words.js';
import { ImportService } from '../platform/import/import.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import { VendorExport } from './vendor-export.service.js';
import { VendorImport } from './vendor-import.service.js';
import { VendorExportQuery } from './vendor.dto.js';

const t = translator();

const PLACE = { path: '/vendor/import', list: '/vendor' };

/** Files of vendors: one is taken and compared, then looked at, then imported. */
@ApiExcludeController()
@Controller('vendor')
export class VendorImportPages {
  constructor(
    private readonly target: VendorImport,
    private readonly imports: ImportService,
    private readonly exported: VendorExport,
  ) {}

  @Get('export')
  async export(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: VendorExportQuery,
  ): Promise<void> {
    await sendExport(request, response, query.format ?? 'csv', this.exported.of(query));
  }

  @Get('import')
  @Render('import/new')
  showNew(): object {
    return uploadPage(this.target, PLACE, freshForm());
  }

  @Post('import')
  @UseInterceptors(ImportUpload)
  async check(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      labels: UPLOAD_LABELS,
      action: async () => this.imports.stage(this.target, await formFile(request)),
      onDone: ({ id }) => ({ to: `${PLACE.path}/${showId(id)}` }),
      onError: (form) =>
        Promise.resolve({ view: 'import/new', model: uploadPage(this.target, PLACE, form) }),
    });
  }

  @Get('import/:id')
  @Render('import/show')
  async show(@Param('id') id: string, @Query() query: ImportPageQuery): Promise<object> {
    return { ...freshForm(), ...(await this.model(pathId(id), query)) };
  }

  @Post('import/:id')
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
              flash: importedInWords('vendor', counts),
            }
          : { to: `${PLACE.path}/${showId(importId)}` },
      onError: async () => ({
        view: 'import/show',
        model: await this.model(importId, new ImportPageQuery()),
      }),
    });
  }

  /** Takes the spelling of VirusTotal for one row of the file. */
  @Post('import/:id/rows/:rowId')
  async takeSpelling(
    @Param('id') id: string,
    @Param('rowId') rowId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const importId = pathId(id);
    const { name } = (request.body ?? {}) as { name?: unknown };
    await submitForm({
      request,
      response,
      action: () => this.target.takeSpelling(importId, pathId(rowId), name),
      onDone: (taken) => ({
        to: `${PLACE.path}/${showId(importId)}`,
        flash: t('import.taken', { name: taken }),
      }),
      onError: async () => ({
        view: 'import/show',
        model: await this.model(importId, new ImportPageQuery()),
      }),
    });
  }

  private async model(id: number, query: ImportPageQuery): Promise<object> {
    const staged = await this.imports.get(this.target, id);
    return importPage(this.imports, this.target, PLACE, staged, query);
  }
}

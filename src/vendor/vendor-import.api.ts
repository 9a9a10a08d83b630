import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { sendExport } from '../platform/import/export.request.js';
import { ImportRun } from '../platform/import/import-run.service.js';
import { ImportQuery } from '../platform/import/import.dto.js';
import { bodyFile } from '../platform/import/import.request.js';
import { ImportAnswer, importView, type ImportView } from '../platform/import/import.view.js';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '../web/api-doc.js';
import type { Envelope } from '../web/envelope.js';
import { VendorExport } from './vendor-export.service.js';
import { VendorImport } from './vendor-import.service.js';
import { VendorExportQuery } from './vendor.dto.js';

/** Files of vendors for other programs. */
@ApiTags('vendors')
@Controller('api/v1/vendors')
export class VendorImportApi {
  constructor(
    private readonly target: VendorImport,
    private readonly imports: ImportRun,
    private readonly exported: VendorExport,
  ) {}

  @Post('import')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Adds and changes vendors by name, all or nothing: text/csv, or a JSON array of objects; a column that is absent stays as it is',
  })
  @ApiOkResponse({ type: ImportAnswer })
  async import(
    @Req() request: Request,
    @Query() { dryRun = false }: ImportQuery,
  ): Promise<Envelope<ImportView>> {
    const outcome = await this.imports.run(this.target, bodyFile(request), dryRun);
    return { data: importView(this.target, outcome, dryRun) };
  }

  @Get('export')
  @ApiOperation({
    summary:
      'The vendors that the filters mean, all without any, as a file that an import takes back; ' +
      'whatever `limit` says',
  })
  @ApiProduces('text/csv', 'application/json')
  async export(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: VendorExportQuery,
  ): Promise<void> {
    await sendExport(request, response, query.format, this.exported.of(query));
  }
}

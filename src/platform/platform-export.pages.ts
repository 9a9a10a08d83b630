import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { sendExport } from './import/export.request.js';
import { ExportQuery } from './import/import.dto.js';
import { PlatformExport } from './platform-export.service.js';
import { PLATFORM_COLUMNS } from './platform-import.service.js';

/** The platforms as a file for people. */
@ApiExcludeController()
@Controller('platforms')
export class PlatformExportPages {
  constructor(private readonly exported: PlatformExport) {}

  @Get('export')
  async export(
    @Req() request: Request,
    @Res() response: Response,
    @Query() { format = 'csv' }: ExportQuery,
  ): Promise<void> {
    const batches = this.exported.batches();
    const exported = { name: 'oju-platforms', columns: PLATFORM_COLUMNS, batches };
    await sendExport(request, response, format, exported);
  }
}

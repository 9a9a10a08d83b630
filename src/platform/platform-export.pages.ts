import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { sendExport } from './import/export.request.js';
import { PlatformExportQuery } from './platform-export.dto.js';
import { PlatformExport } from './platform-export.service.js';

/** The platforms as a file for people. */
@ApiExcludeController()
@Controller('platforms')
export class PlatformExportPages {
  constructor(private readonly exported: PlatformExport) {}

  @Get('export')
  async export(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: PlatformExportQuery,
  ): Promise<void> {
    await sendExport(request, response, query.format ?? 'csv', this.exported.of(query));
  }
}

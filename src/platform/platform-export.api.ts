import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiOperation, ApiProduces, ApiTags } from '../web/api-doc.js';
import { sendExport } from './import/export.request.js';
import { ExportQuery } from './import/import.dto.js';
import { PlatformExport } from './platform-export.service.js';
import { PLATFORM_COLUMNS } from './platform-import.service.js';

/** The platforms as a file for other programs. */
@ApiTags('platforms')
@Controller('api/v1/platforms')
export class PlatformExportApi {
  constructor(private readonly exported: PlatformExport) {}

  @Get('export')
  @ApiOperation({ summary: 'All platforms but archived ones as a file that an import takes back' })
  @ApiProduces('text/csv', 'application/json')
  async export(
    @Req() request: Request,
    @Res() response: Response,
    @Query() { format }: ExportQuery,
  ): Promise<void> {
    const batches = this.exported.batches();
    const exported = { name: 'oju-platforms', columns: PLATFORM_COLUMNS, batches };
    await sendExport(request, response, format, exported);
  }
}

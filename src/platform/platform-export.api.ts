import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiOperation, ApiProduces, ApiTags } from '../web/api-doc.js';
import { sendExport } from './import/export.request.js';
import { PlatformExportQuery } from './platform-export.dto.js';
import { PlatformExport } from './platform-export.service.js';

/** The platforms as a file for other programs. */
@ApiTags('platforms')
@Controller('api/v1/platforms')
export class PlatformExportApi {
  constructor(private readonly exported: PlatformExport) {}

  @Get('export')
  @ApiOperation({
    summary:
      'The platforms that the filters mean, all without any, as a file that an import takes back; ' +
      'whatever `limit` says',
  })
  @ApiProduces('text/csv', 'application/json')
  async export(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: PlatformExportQuery,
  ): Promise<void> {
    await sendExport(request, response, query.format, this.exported.of(query));
  }
}

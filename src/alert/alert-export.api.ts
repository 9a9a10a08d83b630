import { Controller, Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Clock } from '../config/clock.js';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '../web/api-doc.js';
import { sendDownload } from '../web/download.js';
import { AlertExport } from './alert-export.service.js';
import { apiFilter, AlertQuery } from './alert-query.dto.js';

/** Alerts as a file. */
@ApiTags('alerts')
@Controller('api/v1/alerts')
export class AlertExportApi {
  constructor(
    private readonly exported: AlertExport,
    private readonly clock: Clock,
  ) {}

  @Get('export')
  @ApiOperation({ summary: 'The alerts as CSV: all that the filters mean, whatever `limit` says' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async export(@Query() query: AlertQuery, @Res() response: Response): Promise<void> {
    await sendDownload(response, this.exported.csv(apiFilter(query, this.clock.now()), query.sort));
  }
}

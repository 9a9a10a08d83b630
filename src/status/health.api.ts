import { Controller, Get, Header, HttpException, Res } from '@nestjs/common';
import { ApiOperation, ApiSecurity, ApiTags } from '../web/api-doc.js';
import type { Response } from 'express';
import { VERSION } from '../config/version.js';
import { HealthService } from './health.service.js';

/** For probes: 200, or 503 with the failing part named. */
@ApiTags('health')
@ApiSecurity({})
@Controller('health')
export class HealthApi {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The process answers' })
  live() {
    return { status: 'ok', version: VERSION };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Database and schema are fit to serve' })
  async ready(@Res() response: Response): Promise<void> {
    await this.answer(response, () => this.health.ready());
  }

  @Get()
  @ApiOperation({ summary: 'Everything, scanning too' })
  async all(@Res() response: Response): Promise<void> {
    await this.answer(response, () => this.health.all());
  }

  /** Terminus throws what it found; a probe wants it as the body all the same. */
  private async answer(response: Response, check: () => Promise<unknown>): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    try {
      response.status(200).json(await check());
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      response.status(error.getStatus()).json(error.getResponse());
    }
  }
}

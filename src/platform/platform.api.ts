import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '../web/api-doc.js';
import { type Envelope, type ListEnvelope, listEnvelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { CreatePlatformDto, PlatformQuery, UpdatePlatformDto } from './platform.dto.js';
import type { Platform } from './platform.entity.js';
import { PlatformService } from './platform.service.js';
import {
  PlatformAnswer,
  PlatformListAnswer,
  platformView,
  type PlatformView,
} from './platform.view.js';

/** Platforms as JSON. */
@ApiTags('platforms')
@Controller('api/v1/platforms')
export class PlatformApi {
  constructor(private readonly platforms: PlatformService) {}

  @Get()
  @ApiOperation({
    summary: 'The platforms, by name unless `sort` says otherwise; archived ones are left out',
  })
  @ApiOkResponse({ type: PlatformListAnswer })
  async list(@Query() query: PlatformQuery): Promise<ListEnvelope<PlatformView>> {
    const page = await this.platforms.list(query, query);
    const context = await this.platforms.viewContext();
    return listEnvelope(page, (platform) => platformView(platform, context));
  }

  @Post()
  @ApiOperation({ summary: 'Adds a platform; the URL of an archived one revives it' })
  @ApiCreatedResponse({ type: PlatformAnswer })
  async create(@Body() body: CreatePlatformDto): Promise<Envelope<PlatformView>> {
    return this.answer(await this.platforms.create(body));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One platform, archived or not' })
  @ApiOkResponse({ type: PlatformAnswer })
  async get(@Param('id') id: string): Promise<Envelope<PlatformView>> {
    return this.answer(await this.platforms.get(pathId(id)));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes what is given; the URL is fixed once it was submitted' })
  @ApiOkResponse({ type: PlatformAnswer })
  async update(
    @Param('id') id: string,
    @Body() body: UpdatePlatformDto,
  ): Promise<Envelope<PlatformView>> {
    return this.answer(await this.platforms.update(pathId(id), body));
  }

  private async answer(platform: Platform): Promise<Envelope<PlatformView>> {
    return { data: platformView(platform, await this.platforms.viewContext()) };
  }
}

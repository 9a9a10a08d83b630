import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import type { Request } from 'express';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '../web/api-doc.js';
import { type Envelope, type ListEnvelope, listEnvelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { actorName } from '../web/request.js';
import { CreateVendorDto, PatchVendorDto, VendorQuery } from './vendor.dto.js';
import type { Vendor } from './vendor.entity.js';
import { VendorService } from './vendor.service.js';
import { VendorViews } from './vendor-views.service.js';
import { VendorAnswer, VendorListAnswer, type VendorView } from './vendor.view.js';

/** Vendors as JSON. */
@ApiTags('vendors')
@Controller('api/v1/vendors')
export class VendorApi {
  constructor(
    private readonly vendors: VendorService,
    private readonly views: VendorViews,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The vendors, by name unless `sort` says otherwise' })
  @ApiOkResponse({ type: VendorListAnswer })
  async list(@Query() query: VendorQuery): Promise<ListEnvelope<VendorView>> {
    const page = await this.vendors.list(query, query);
    return listEnvelope({ ...page, items: await this.views.of(page.items) }, (vendor) => vendor);
  }

  @Post()
  @ApiOperation({ summary: 'Adds a vendor' })
  @ApiCreatedResponse({ type: VendorAnswer })
  async create(@Body() body: CreateVendorDto): Promise<Envelope<VendorView>> {
    return this.answer(await this.vendors.create(body));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One vendor' })
  @ApiOkResponse({ type: VendorAnswer })
  async get(@Param('id') id: string): Promise<Envelope<VendorView>> {
    return this.answer(await this.vendors.get(pathId(id)));
  }

  @Patch(':id')
  @ApiOperation({
    summary:
      'Changes what is given; a contact that changes is unverified, but for what contactState says',
  })
  @ApiOkResponse({ type: VendorAnswer })
  async update(
    @Param('id') id: string,
    @Body() { contactState, ...changes }: PatchVendorDto,
    @Req() request: Request,
  ): Promise<Envelope<VendorView>> {
    const mark = contactState && { state: contactState, by: actorName(request) };
    return this.answer(await this.vendors.update(pathId(id), changes, { mark }));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes a vendor; alerts that showed its contact have none then' })
  @ApiNoContentResponse()
  async delete(@Param('id') id: string): Promise<void> {
    await this.vendors.delete(pathId(id));
  }

  private async answer(vendor: Vendor): Promise<Envelope<VendorView>> {
    return { data: await this.views.one(vendor) };
  }
}

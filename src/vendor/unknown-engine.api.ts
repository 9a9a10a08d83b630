import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '../web/api-doc.js';
import { type ListEnvelope, listEnvelope } from '../web/envelope.js';
import { PageQuery } from '../web/paging.js';
import { NearMissService } from './near-miss.service.js';
import { UnknownEngines } from './unknown-engine.service.js';
import {
  UnknownEngineListAnswer,
  unknownEngineView,
  type UnknownEngineView,
} from './unknown-engine.view.js';

/** Engines without a vendor as JSON. Its module lists it before the vendors by id. */
@ApiTags('vendors')
@Controller('api/v1/vendors/unknown')
export class UnknownEngineApi {
  constructor(
    private readonly unknown: UnknownEngines,
    private readonly nearMisses: NearMissService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Engines without a vendor of their name, those that flag most first' })
  @ApiOkResponse({ type: UnknownEngineListAnswer })
  async list(@Query() query: PageQuery): Promise<ListEnvelope<UnknownEngineView>> {
    const page = await this.unknown.list(query);
    const similar = await this.nearMisses.vendorsFor(page.items.map(({ name }) => name));
    return listEnvelope(page, (engine) =>
      unknownEngineView(engine, similar.get(engine.name) ?? []),
    );
  }
}

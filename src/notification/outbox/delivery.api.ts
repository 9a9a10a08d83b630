import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '../../web/api-doc.js';
import { type Envelope, type ListEnvelope, listEnvelope } from '../../web/envelope.js';
import { pathId } from '../../web/ids.js';
import { DeliveryQuery } from './delivery.dto.js';
import { DeliveryService } from './delivery.service.js';
import {
  DeliveryAnswer,
  DeliveryListAnswer,
  type DeliveryView,
  deliveryView,
} from './delivery.view.js';

/** Deliveries as JSON. */
@ApiTags('channels')
@Controller('api/v1/deliveries')
export class DeliveryApi {
  constructor(private readonly deliveries: DeliveryService) {}

  @Get()
  @ApiOperation({ summary: 'The deliveries with every try, newest first; kept for 90 days' })
  @ApiOkResponse({ type: DeliveryListAnswer })
  async list(@Query() query: DeliveryQuery): Promise<ListEnvelope<DeliveryView>> {
    return listEnvelope(await this.deliveries.list(query, query), deliveryView);
  }

  @Post(':id/redeliver')
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends it again, under the same message id' })
  @ApiAcceptedResponse({ type: DeliveryAnswer })
  @ApiConflictResponse({ description: 'it is on its way, or its channel is not in use' })
  async redeliver(@Param('id') id: string): Promise<Envelope<DeliveryView>> {
    return { data: deliveryView(await this.deliveries.redeliver(pathId(id))) };
  }
}

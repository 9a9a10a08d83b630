import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from '../../config/clock.js';
import { ApiExcludeController } from '../../web/api-doc.js';
import { sendDownload } from '../../web/download.js';
import { submitForm } from '../../web/form.js';
import { pathId, showId } from '../../web/ids.js';
import { listAddress } from '../../web/list-address.js';
import { listCsv } from '../../web/list-csv.js';
import { pager } from '../../web/pager.js';
import { translator } from '../../web/translator.js';
import { ChannelService } from '../channel.service.js';
import { DeliveryHeadlines } from './delivery-headlines.service.js';
import { deliveryRow } from './delivery-page.view.js';
import { DELIVERY_COLUMNS } from './delivery-csv.view.js';
import { ChannelDeliveryQuery, DELIVERY_STATES } from './delivery.dto.js';
import { DeliveryService } from './delivery.service.js';

const t = translator();

const pathOf = (channelId: number) => `/config/notifications/${showId(channelId)}/deliveries`;

/** What a channel was sent, with every try, and a button that sends it again. */
@ApiExcludeController()
@Controller('config/notifications/:id/deliveries')
export class DeliveryPages {
  constructor(
    private readonly channels: ChannelService,
    private readonly deliveries: DeliveryService,
    private readonly headlines: DeliveryHeadlines,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Render('channels/deliveries')
  async index(@Param('id') id: string, @Query() query: ChannelDeliveryQuery): Promise<object> {
    return this.pageOf(pathId(id), query);
  }

  /** The limit of a page is none of the file's: it holds all that is meant. */
  @Get('export')
  async export(
    @Param('id') id: string,
    @Query() { state }: ChannelDeliveryQuery,
    @Res() response: Response,
  ): Promise<void> {
    const channel = await this.channels.get(pathId(id));
    const batches = this.deliveries.batches({ channelId: channel.id, state });
    await sendDownload(response, listCsv('oju-deliveries', DELIVERY_COLUMNS, batches));
  }

  @Post(':deliveryId')
  async redeliver(
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const channelId = pathId(id);
    await submitForm({
      request,
      response,
      action: () => this.deliveries.redeliver(pathId(deliveryId), channelId),
      onDone: () => ({ to: pathOf(channelId), flash: t('delivery.flash.redelivered') }),
      onError: async (form) => ({
        view: 'channels/deliveries',
        model: { ...(await this.pageOf(channelId, {})), ...form },
      }),
    });
  }

  private async pageOf(channelId: number, query: ChannelDeliveryQuery): Promise<object> {
    const channel = await this.channels.get(channelId);
    const { name } = channel;
    const { state, limit, cursor } = query;
    const page = await this.deliveries.list({ channelId, state }, query);
    const glance = {
      channel,
      headlines: await this.headlines.of(page.items.map(({ delivery }) => delivery)),
      firstOpenId: await this.deliveries.firstOpenId(channelId),
      now: this.clock.now(),
    };
    return {
      pageTitle: t('delivery.title', { name }),
      parent: { href: `/config/notifications/${showId(channelId)}`, label: name },
      channelHref: `/config/notifications/${showId(channelId)}`,
      path: pathOf(channelId),
      states: DELIVERY_STATES.map((one) => ({ state: one, isChosen: one === state })),
      isFiltered: state !== undefined,
      exportHref: listAddress(`${pathOf(channelId)}/export`, { state }),
      deliveries: page.items.map((item) => deliveryRow(item, glance)),
      ...pager(pathOf(channelId), page, { state, limit, cursor }),
    };
  }
}

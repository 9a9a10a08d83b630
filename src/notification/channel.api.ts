import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '../web/api-doc.js';
import { type Envelope, type ListEnvelope, listEnvelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { PageQuery } from '../web/paging.js';
import { ChannelStates } from './channel-states.service.js';
import { ChannelTest } from './channel-test.service.js';
import { CreateChannelDto, UpdateChannelDto } from './channel.dto.js';
import { ChannelService, type SavedChannel } from './channel.service.js';
import {
  ChannelAnswer,
  ChannelListAnswer,
  ChannelTestAnswer,
  type ChannelTestView,
  type ChannelView,
  channelView,
} from './channel.view.js';

/** Notification channels as JSON. */
@ApiTags('channels')
@Controller('api/v1/channels')
export class ChannelApi {
  constructor(
    private readonly channels: ChannelService,
    private readonly states: ChannelStates,
    private readonly test: ChannelTest,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The channels, by name' })
  @ApiOkResponse({ type: ChannelListAnswer })
  async list(@Query() query: PageQuery): Promise<ListEnvelope<ChannelView>> {
    const page = await this.channels.list(query);
    const states = await this.states.of(page.items.map(({ id }) => id));
    return listEnvelope(page, (channel) => channelView(channel, states.get(channel.id)));
  }

  @Post()
  @ApiOperation({ summary: 'Adds a channel; a webhook’s secret that Oju made is shown this once' })
  @ApiCreatedResponse({ type: ChannelAnswer })
  async create(@Body() body: CreateChannelDto): Promise<Envelope<ChannelView>> {
    return this.answer(await this.channels.create(body));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One channel' })
  @ApiOkResponse({ type: ChannelAnswer })
  async get(@Param('id') id: string): Promise<Envelope<ChannelView>> {
    return this.answer({ channel: await this.channels.get(pathId(id)), made: null });
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes what is given; config.rotateSecret makes a new secret' })
  @ApiOkResponse({ type: ChannelAnswer })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateChannelDto,
  ): Promise<Envelope<ChannelView>> {
    return this.answer(await this.channels.update(pathId(id), body));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes a channel; what it was not sent yet is dropped' })
  @ApiNoContentResponse()
  async delete(@Param('id') id: string): Promise<void> {
    await this.channels.delete(pathId(id));
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends a test now, and says what became of it' })
  @ApiOkResponse({ type: ChannelTestAnswer })
  async try(@Param('id') id: string): Promise<Envelope<ChannelTestView>> {
    return { data: await this.test.run(pathId(id)) };
  }

  private async answer({ channel, made }: SavedChannel): Promise<Envelope<ChannelView>> {
    return { data: channelView(channel, await this.states.one(channel.id), made) };
  }
}

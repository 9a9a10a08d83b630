import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { showOnce, type ShownOnce } from '../access/show-once.js';
import { Clock } from '../config/clock.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { pager } from '../web/pager.js';
import { PageQuery } from '../web/paging.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { CHANNEL_LABELS, channelFromForm } from './channel-form.rules.js';
import { editModel, newModel, SECRET_FIELDS, valuesOf } from './channel-page.view.js';
import { ChannelStates } from './channel-states.service.js';
import { ChannelTest } from './channel-test.service.js';
import { CreateChannelDto, UpdateChannelDto } from './channel.dto.js';
import { ChannelService, type SavedChannel } from './channel.service.js';
import { channelView } from './channel.view.js';
import { KIND_NAMES } from './kinds/kinds.js';

const t = translator();

const LIST_PATH = '/config/notifications';

/** Notification channels as pages, for admins: the list, a new one, and the settings of one. */
@ApiExcludeController()
@Controller('config/notifications')
export class ChannelPages {
  constructor(
    private readonly channels: ChannelService,
    private readonly states: ChannelStates,
    private readonly test: ChannelTest,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Render('channels/index')
  async index(@Query() query: PageQuery): Promise<object> {
    const page = await this.channels.list(query);
    const states = await this.states.of(page.items.map(({ id }) => id));
    return {
      pageTitle: t('channel.title'),
      kinds: KIND_NAMES,
      channels: page.items.map((channel) => channelView(channel, states.get(channel.id))),
      ...pager(LIST_PATH, page, { limit: query.limit, cursor: query.cursor }),
    };
  }

  @Get('new')
  @Render('channels/new')
  showNew(@Query('kind') kind: unknown): object {
    return newModel(kind, freshForm(valuesOf(null)));
  }

  /** Where a secret is made the answer shows it this once; else the list follows. */
  @Post('new')
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = bodyOf(request);
    const action = () => {
      const { kind } = form;
      return this.channels.create(
        validateDto(CreateChannelDto, { kind, ...channelFromForm(form) }),
      );
    };
    const onError = (state: FormState) =>
      Promise.resolve({ view: 'channels/new', model: newModel(form.kind, state) });
    if (form.kind === 'webhook') {
      await showOnce({
        request,
        response,
        labels: CHANNEL_LABELS,
        action: async () => {
          const shown = shownOnce(await action());
          return { ...shown, againHref: shown.backHref };
        },
        onError,
      });
      return;
    }
    await submitForm({
      request,
      response,
      secretFields: SECRET_FIELDS,
      labels: CHANNEL_LABELS,
      action,
      onDone: ({ channel: { id, name } }) => ({
        to: `${LIST_PATH}/${showId(id)}`,
        flash: t('channel.flash.created', { name }),
      }),
      onError,
    });
  }

  @Get(':id')
  @Render('channels/edit')
  async show(@Param('id') id: string): Promise<object> {
    return this.pageOf(pathId(id));
  }

  @Post(':id')
  async update(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const channelId = pathId(id);
    await submitForm({
      request,
      response,
      secretFields: SECRET_FIELDS,
      labels: CHANNEL_LABELS,
      action: () =>
        this.channels.update(
          channelId,
          validateDto(UpdateChannelDto, channelFromForm(bodyOf(request))),
        ),
      onDone: ({ channel: { name } }) => ({
        to: `${LIST_PATH}/${showId(channelId)}`,
        flash: t('channel.flash.changed', { name }),
      }),
      onError: (form) => this.again(channelId, form),
    });
  }

  @Post(':id/test')
  async try(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const channelId = pathId(id);
    await submitForm({
      request,
      response,
      action: () => this.test.run(channelId),
      onDone: ({ delivered, reason }) => ({
        to: `${LIST_PATH}/${showId(channelId)}`,
        flash: delivered ? reason : t('channel.test.failed', { reason }),
        kind: delivered ? 'success' : 'error',
      }),
      onError: (form) => this.again(channelId, form),
    });
  }

  /** A new secret of a webhook, shown this once. */
  @Post(':id/secret')
  async rotate(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const channelId = pathId(id);
    await showOnce({
      request,
      response,
      action: async () =>
        shownOnce(await this.channels.update(channelId, { config: { rotateSecret: true } })),
      onError: (form) => this.again(channelId, form),
    });
  }

  @Get(':id/delete')
  @Render('channels/delete')
  async showDelete(@Param('id') id: string): Promise<object> {
    const { id: channelId, name } = await this.channels.get(pathId(id));
    return {
      pageTitle: t('channel.deleteTitle', { name }),
      parent: { href: `${LIST_PATH}/${showId(channelId)}`, label: name },
      id: showId(channelId),
    };
  }

  @Post(':id/delete')
  async delete(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { id: channelId, name } = await this.channels.get(pathId(id));
    await submitForm({
      request,
      response,
      action: () => this.channels.delete(channelId),
      onDone: () => ({ to: LIST_PATH, flash: t('channel.flash.deleted', { name }) }),
      onError: async () => ({ view: 'channels/delete', model: await this.showDelete(id) }),
    });
  }

  private async again(
    channelId: number,
    form: FormState,
  ): Promise<{ view: string; model: object }> {
    return { view: 'channels/edit', model: await this.pageOf(channelId, form) };
  }

  private async pageOf(channelId: number, form?: FormState): Promise<object> {
    const channel = await this.channels.get(channelId);
    const view = channelView(channel, await this.states.one(channelId));
    return editModel(view, form ?? freshForm(valuesOf(view)), this.clock.now());
  }
}

function bodyOf(request: Request): Record<string, unknown> {
  return (request.body ?? {}) as Record<string, unknown>;
}

function shownOnce({ channel: { id, name }, made }: SavedChannel): ShownOnce {
  return {
    pageTitle: t('channel.secret.title', { name }),
    about: t('channel.secret.about'),
    note: t('channel.secret.note'),
    secrets: made === null ? [] : [made],
    backHref: `${LIST_PATH}/${showId(id)}`,
  };
}

import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from '../config/clock.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { pager } from '../web/pager.js';
import { PageQuery } from '../web/paging.js';
import { actorName } from '../web/request.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { ApiTokenFormDto, EXPIRY_CHOICES } from './api-token.dto.js';
import { ApiTokenService } from './api-token.service.js';
import { apiTokenView } from './api-token.view.js';
import { MadeToken } from './made-token.js';
import { SCOPES } from './rights.js';

const t = translator();
const DAY_MS = 24 * 3_600_000;
const FIRST_CHOICES = { scope: 'read', expiresInDays: '90' };

/** API tokens for admins: the list, a new one, and the end of one. */
@ApiExcludeController()
@Controller('config/tokens')
export class ApiTokenPages {
  constructor(
    private readonly tokens: ApiTokenService,
    private readonly made: MadeToken,
    private readonly clock: Clock,
  ) {}

  /** After a token was made, the one answer that shows it. */
  @Get()
  async index(
    @Query() query: PageQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const made = this.made.take(request);
    if (made !== null) response.setHeader('Cache-Control', 'no-store');
    const model = await this.listModel(query, freshForm(FIRST_CHOICES));
    response.render('tokens/index', { ...model, made });
  }

  @Post()
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      action: async () => {
        const { name, scope, expiresInDays } = validateDto(ApiTokenFormDto, fieldsOf(request));
        const days = Number(expiresInDays);
        const expiresAt =
          days > 0 ? new Date(this.clock.now().getTime() + days * DAY_MS) : undefined;
        return this.tokens.create({ name, scope, expiresAt, createdBy: actorName(request) });
      },
      onDone: ({ token, apiToken: { name } }) => {
        this.made.keep(request, token);
        return { to: '/config/tokens', flash: t('token.made', { name }) };
      },
      onError: async (form) => ({
        view: 'tokens/index',
        model: await this.listModel(new PageQuery(), form),
      }),
    });
  }

  @Get(':id/revoke')
  @Render('tokens/revoke')
  async showRevoke(@Param('id') id: string): Promise<object> {
    const { name } = await this.tokens.get(pathId(id));
    return { pageTitle: t('token.revokeTitle', { name }), id };
  }

  @Post(':id/revoke')
  async revoke(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const tokenId = pathId(id);
    await submitForm({
      request,
      response,
      action: () => this.tokens.revoke(tokenId),
      onDone: ({ name }) => ({ to: '/config/tokens', flash: t('token.revoked', { name }) }),
      onError: async (form) => ({
        view: 'tokens/revoke',
        model: { ...form, ...(await this.showRevoke(showId(tokenId))) },
      }),
    });
  }

  private async listModel({ limit, cursor }: PageQuery, form: FormState): Promise<object> {
    const page = await this.tokens.list({ limit, cursor });
    return {
      ...form,
      pageTitle: t('token.title'),
      tokens: page.items.map((token) => apiTokenView(token, page.now)),
      scopes: SCOPES.map((scope) => ({ scope, isSelected: scope === form.values.scope })),
      choices: EXPIRY_CHOICES.map((days) => ({
        days,
        label: days === '' ? t('token.noEnd') : t('token.days', { count: Number(days) }),
        isSelected: days === form.values.expiresInDays,
      })),
      ...pager('/config/tokens', page, { limit, cursor }),
    };
  }
}

function fieldsOf(request: Request): Record<string, unknown> {
  const { name, scope, expiresInDays } = (request.body ?? {}) as Record<string, unknown>;
  return { name: typeof name === 'string' ? name.trim() : name, scope, expiresInDays };
}

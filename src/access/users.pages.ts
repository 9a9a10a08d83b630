import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { OutgoingError } from '../outgoing/outgoing.error.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { pathId } from '../web/ids.js';
import { pager } from '../web/pager.js';
import { PageQuery } from '../web/paging.js';
import { translator } from '../web/translator.js';
import { AccessMail } from './access-mail.service.js';
import { AccessSettingsService } from './access-settings.service.js';
import { inviteFromForm } from './credentials.form.js';
import { Invites } from './invite.service.js';
import { showOnce } from './show-once.js';
import { UserAdmin } from './user-admin.service.js';
import { inviteRow, userRow } from './user.view.js';
import { ROLES } from './rights.js';

const t = translator();
const PATH = '/config/users';

/** The list of users, invitations, and what is asked of everybody. */
@ApiExcludeController()
@Controller('config/users')
export class UsersPages {
  constructor(
    private readonly admin: UserAdmin,
    private readonly invites: Invites,
    private readonly settings: AccessSettingsService,
    private readonly mail: AccessMail,
  ) {}

  @Get()
  @Render('access/users')
  async index(@Query() query: PageQuery): Promise<object> {
    return this.model(query, freshForm({ role: 'viewer' }));
  }

  /** The answer is no redirect: the link is shown this once, and kept nowhere in the clear. */
  @Post()
  async invite(@Req() request: Request, @Res() response: Response): Promise<void> {
    await showOnce({
      request,
      response,
      action: async () => {
        const { email, link } = await this.invites.invite(inviteFromForm(request.body));
        return {
          pageTitle: t('access.users.invited', { email }),
          about: t('access.users.inviteLink'),
          note: await this.mailed(email, link),
          secrets: [link],
          backHref: PATH,
        };
      },
      onError: async (form) => ({
        view: 'access/users',
        model: await this.model(new PageQuery(), form),
      }),
    });
  }

  @Post('invites/:id/delete')
  async withdraw(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const inviteId = pathId(id);
    await submitForm({
      request,
      response,
      action: () => this.invites.withdraw(inviteId),
      onDone: ({ email }) => ({ to: PATH, flash: t('access.users.inviteWithdrawn', { email }) }),
      onError: async (form) => ({
        view: 'access/users',
        model: await this.model(new PageQuery(), form),
      }),
    });
  }

  @Post('second-factor')
  async requireSecondFactor(@Req() request: Request, @Res() response: Response): Promise<void> {
    const isRequired = (request.body as Record<string, unknown> | undefined)?.required === 'true';
    await submitForm({
      request,
      response,
      action: () => this.settings.requireSecondFactor(isRequired),
      onDone: () => ({
        to: PATH,
        flash: t(isRequired ? 'access.users.nowRequired' : 'access.users.nowOptional'),
      }),
      onError: async (form) => ({
        view: 'access/users',
        model: await this.model(new PageQuery(), form),
      }),
    });
  }

  /** That it could not be mailed is no reason to take the invitation back: there is the link. */
  private async mailed(email: string, link: string): Promise<string> {
    if (!this.mail.isConfigured) return '';
    try {
      await this.mail.sendInvite(email, link);
      return t('access.users.alsoMailed', { email });
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      return `${t('access.users.notMailed')} ${t(error.messageKey, error.details.params)}`;
    }
  }

  private async model(query: PageQuery, form: FormState): Promise<object> {
    const { limit, cursor } = query;
    const page = await this.admin.list(query);
    const invites = await this.invites.open();
    return {
      ...form,
      pageTitle: t('access.users.title'),
      users: page.items.map(userRow),
      invites: invites.map(inviteRow),
      roles: ROLES,
      isMailConfigured: this.mail.isConfigured,
      isSecondFactorRequired: await this.settings.isSecondFactorRequired(),
      ...pager(PATH, page, { limit, cursor }),
    };
  }
}

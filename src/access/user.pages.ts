import { Controller, Get, Param, Post, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { UserInactiveError, UserWithoutPasswordError } from './access.errors.js';
import { NO_PASSWORD } from './password.js';
import { PasswordResets } from './password-reset.service.js';
import { ROLES } from './rights.js';
import { SecondFactor } from './second-factor.service.js';
import { showOnce } from './show-once.js';
import { UserAdmin } from './user-admin.service.js';
import { RoleDto } from './user.dto.js';
import { userRow } from './user.view.js';

const t = translator();

/** One user, and what an admin may do with it. */
@ApiExcludeController()
@Controller('config/users/:id')
export class UserPages {
  constructor(
    private readonly admin: UserAdmin,
    private readonly resets: PasswordResets,
    private readonly secondFactor: SecondFactor,
  ) {}

  @Get()
  @Render('access/user')
  async show(@Param('id') id: string): Promise<object> {
    return this.model(pathId(id), freshForm());
  }

  @Post('role')
  async changeRole(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.submit(id, request, response, async (userId) => {
      const { role: asked } = (request.body ?? {}) as Record<string, unknown>;
      const { role } = validateDto(RoleDto, { role: asked });
      const { email } = await this.admin.changeRole(userId, role);
      return t('access.users.roleChanged', { email, role });
    });
  }

  @Post('deactivate')
  async deactivate(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.submit(id, request, response, async (userId) => {
      const { email } = await this.admin.deactivate(userId);
      return t('access.users.deactivated', { email });
    });
  }

  @Post('reactivate')
  async reactivate(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.submit(id, request, response, async (userId) => {
      const { email } = await this.admin.reactivate(userId);
      return t('access.users.reactivated', { email });
    });
  }

  @Post('second-factor/remove')
  async removeSecondFactor(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.submit(id, request, response, async (userId) => {
      const user = await this.admin.get(userId);
      await this.secondFactor.remove(user);
      return t('access.users.secondFactorRemoved', { email: user.email });
    });
  }

  /** The answer is no redirect: the link is shown this once, and kept nowhere in the clear. */
  @Post('reset')
  async makeResetLink(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const userId = pathId(id);
    await showOnce({
      request,
      response,
      action: async () => {
        const user = await this.admin.get(userId);
        if (!user.isActive) throw new UserInactiveError();
        if (user.passwordHash === NO_PASSWORD) throw new UserWithoutPasswordError();
        return {
          pageTitle: t('access.users.resetFor', { email: user.email }),
          about: t('access.users.resetLink'),
          note: '',
          secrets: [await this.resets.make(user, 'user.reset_link_made')],
          backHref: pathOf(userId),
        };
      },
      onError: async (form) => ({
        view: 'access/user',
        model: await this.model(userId, form),
      }),
    });
  }

  private async submit(
    id: string,
    request: Request,
    response: Response,
    action: (userId: number) => Promise<string>,
  ): Promise<void> {
    const userId = pathId(id);
    await submitForm({
      request,
      response,
      action: () => action(userId),
      onDone: (flash) => ({ to: pathOf(userId), flash }),
      onError: async (form) => ({ view: 'access/user', model: await this.model(userId, form) }),
    });
  }

  private async model(id: number, form: FormState): Promise<object> {
    const user = await this.admin.get(id);
    return { ...form, pageTitle: user.email, user: userRow(user), roles: ROLES };
  }
}

function pathOf(id: number): string {
  return `/config/users/${showId(id)}`;
}

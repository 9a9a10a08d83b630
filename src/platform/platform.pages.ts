import { Controller, Get, Param, Post, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import type { Request, Response } from 'express';
import { addFlash, toNextStep } from '../web/flash.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { isTicked, platformFromForm } from './platform-form.rules.js';
import { CreatePlatformDto, UpdatePlatformDto } from './platform.dto.js';
import type { Platform } from './platform.entity.js';
import { PlatformService } from './platform.service.js';
import { platformView } from './platform.view.js';

const t = translator();

/** The forms that add and edit a platform. The list shows what scans say, and so is the scans'. */
@ApiExcludeController()
@Controller('platforms')
export class PlatformPages {
  constructor(private readonly platforms: PlatformService) {}

  @Get('new')
  @Render('platform/new')
  showNew(): object {
    return newModel(freshForm({ active: 'true' }));
  }

  @Post(['', 'new'])
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      action: () => this.createFrom(request),
      onDone: ({ platform: { id, name }, isFirst }) => ({
        to: `/platforms/${showId(id)}`,
        flash: t('platform.flash.created', { name }),
        link: isFirst ? toNextStep() : undefined,
      }),
      onError: (form) => Promise.resolve({ view: 'platform/new', model: newModel(form) }),
    });
  }

  @Get(':id/edit')
  @Render('platform/edit')
  async showEdit(@Param('id') id: string): Promise<object> {
    const platform = await this.platforms.get(pathId(id));
    return editModel(platform, freshForm(formValues(platform)));
  }

  @Post(':id/edit')
  async update(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const platformId = pathId(id);
    await submitForm({
      request,
      response,
      action: () =>
        this.platforms.update(platformId, validateDto(UpdatePlatformDto, fieldsOf(request))),
      onDone: ({ name }) => ({
        to: `/platforms/${showId(platformId)}`,
        flash: t('platform.flash.updated', { name }),
      }),
      onError: async (form) => ({
        view: 'platform/edit',
        model: editModel(await this.platforms.get(platformId), form),
      }),
    });
  }

  private async createFrom(request: Request): Promise<{ platform: Platform; isFirst: boolean }> {
    const platform = await this.platforms.create(validateDto(CreatePlatformDto, fieldsOf(request)));
    const { warning } = platformView(platform, await this.platforms.viewContext());
    if (warning !== undefined) addFlash(request, 'warning', warning);
    return { platform, isFirst: (await this.platforms.countActive()) === 1 };
  }
}

function fieldsOf(request: Request): Record<string, unknown> {
  return platformFromForm((request.body ?? {}) as Record<string, unknown>);
}

function newModel(form: FormState): object {
  const isActive = form.values.active === undefined || isTicked(form.values.active);
  return { ...form, pageTitle: t('platform.newTitle'), isActive };
}

function editModel(platform: Platform, form: FormState): object {
  return {
    ...form,
    pageTitle: t('platform.editTitle', { name: platform.name }),
    parent: { href: `/platforms/${showId(platform.id)}`, label: platform.name },
    id: showId(platform.id),
    isActive: isTicked(form.values.active),
    fixedUrl: platform.submittedAt === null ? null : platform.url,
    isArchived: platform.archivedAt !== null,
  };
}

function formValues(platform: Platform): Record<string, unknown> {
  const { name, url, ownerName, ownerEmail, tags, notes, isActive } = platform;
  return { name, url, ownerName, ownerEmail, tags: tags.join(', '), notes, active: `${isActive}` };
}

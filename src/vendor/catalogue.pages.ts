import { Controller, Get, Post, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { ValidationFailed } from '../web/domain-error.js';
import { toNextStep } from '../web/flash.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { translator } from '../web/translator.js';
import { chosenOf } from './chosen.rules.js';
import {
  type CatalogueChoice,
  type CatalogueDifference,
  CatalogueService,
  type CatalogueTaken,
} from './catalogue.service.js';
import { VendorService } from './vendor.service.js';

const t = translator();

/** The catalogue that came with this release, to be taken whole or in part. */
@ApiExcludeController()
@Controller('vendor/catalogue')
export class CataloguePages {
  constructor(
    private readonly catalogue: CatalogueService,
    private readonly vendors: VendorService,
  ) {}

  @Get()
  @Render('vendor/catalogue')
  async show(): Promise<object> {
    return this.model(freshForm());
  }

  @Post()
  async take(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      action: () => this.takeChoice(request),
      onDone: ({ added, changed, isFirst }) => ({
        to: '/vendor',
        flash: t('vendor.catalogue.taken', { added, changed }),
        link: isFirst ? toNextStep() : undefined,
      }),
      onError: async (form) => ({ view: 'vendor/catalogue', model: await this.model(form) }),
    });
  }

  private async takeChoice(request: Request): Promise<CatalogueTaken & { isFirst: boolean }> {
    const taken = await this.catalogue.take(choiceOf(request));
    const { total } = await this.vendors.list({}, { limit: 1 });
    return { ...taken, isFirst: total > 0 && total === taken.added };
  }

  private async model(form: FormState): Promise<object> {
    const all = await this.catalogue.differences();
    const rows = (standing: string, isCurrent?: boolean) =>
      all
        .filter((one) => one.standing === standing)
        .filter(({ entry }) => isCurrent === undefined || entry.isCurrent === isCurrent)
        .map((one) => row(one, chosenOf(form.values.names)));
    return {
      ...form,
      pageTitle: t('vendor.catalogue.title'),
      scripts: ['js/choose-all.js'],
      current: rows('new', true),
      past: rows('new', false),
      changed: rows('changed'),
      edited: rows('edited'),
      same: rows('same').length,
    };
  }
}

function row({ entry, vendor }: CatalogueDifference, chosen: readonly string[]): object {
  const { name, contact, comments } = entry;
  return {
    name,
    contact,
    comments,
    isChosen: chosen.includes(name),
    vendor: vendor && { id: vendor.id, contact: vendor.contact, comments: vendor.comments },
  };
}

/** @throws ValidationFailed when nothing is chosen */
function choiceOf(request: Request): CatalogueChoice {
  const { which, names } = (request.body ?? {}) as Record<string, unknown>;
  if (which === 'all' || which === 'current') return { which };
  const chosen = chosenOf(names);
  if (chosen.length === 0) {
    throw new ValidationFailed([{ field: 'names', message: 'vendor.error.noneChosen' }]);
  }
  return { which: 'chosen', names: chosen };
}

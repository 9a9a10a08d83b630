import { Controller, Get, Post, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CatalogueService } from '../vendor/catalogue.service.js';
import { chosenOf } from '../vendor/chosen.rules.js';
import type { Engine } from '../vendor/engine.entity.js';
import { NearMissService } from '../vendor/near-miss.service.js';
import { UnknownEngines } from '../vendor/unknown-engine.service.js';
import { vendorNameComplaint } from '../vendor/vendor-name.rules.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { ValidationFailed } from '../web/domain-error.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { readId, showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import { EngineFigureService } from './engine-figures.service.js';

const t = translator();

/** Engines without a vendor, those that flag an open alert first, each a click from being added. */
@ApiExcludeController()
@Controller('vendor/unknown')
export class UnknownEnginePages {
  constructor(
    private readonly unknown: UnknownEngines,
    private readonly figures: EngineFigureService,
    private readonly nearMisses: NearMissService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Get()
  @Render('vendor/unknown')
  async index(): Promise<object> {
    return this.model(freshForm());
  }

  @Post()
  async add(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      action: () => this.unknown.add(chosenIn(request)),
      onDone: ({ length: count }) => ({
        to: '/vendor/unknown',
        flash: t('engine.flash.added', { count }),
      }),
      onError: async (form) => ({ view: 'vendor/unknown', model: await this.model(form) }),
    });
  }

  private async model(form: FormState): Promise<object> {
    const engines = await this.unknown.all();
    const names = engines.map(({ name }) => name);
    const openAlerts = await this.figures.openAlerts();
    const similar = await this.nearMisses.vendorsFor(names);
    const known = await this.catalogue.entriesOf(names);
    const chosen = new Set(chosenOf(form.values.engines));
    const rows = engines
      .map((engine) => ({
        ...row(engine),
        openAlerts: openAlerts.get(engine.id) ?? 0,
        similar: similar.get(engine.name) ?? [],
        catalogueContact: known.get(engine.name)?.contact ?? '',
        isChosen: chosen.has(showId(engine.id)),
      }))
      .sort((a, b) => b.openAlerts - a.openAlerts || b.flagged - a.flagged || byName(a, b));
    return { ...form, pageTitle: t('engine.unknownTitle'), engines: rows };
  }
}

function row({ id, name, timesSeen, timesFlagged, firstSeenAt, lastSeenAt }: Engine) {
  return {
    id: showId(id),
    name,
    seen: timesSeen,
    flagged: timesFlagged,
    firstSeenAt,
    lastSeenAt,
    canAdd: vendorNameComplaint(name) === null,
    addHref: `/vendor/new?${new URLSearchParams({ name }).toString()}`,
  };
}

/** Byte for byte, as on every database. */
function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** @throws ValidationFailed when no engine is chosen */
function chosenIn(request: Request): number[] | 'all' {
  const { which, engines } = (request.body ?? {}) as Record<string, unknown>;
  if (which === 'all') return 'all';
  const ids = chosenOf(engines).flatMap((id) => readId(id) ?? []);
  if (ids.length === 0) {
    throw new ValidationFailed([{ field: 'engines', message: 'engine.error.noneChosen' }]);
  }
  return ids;
}

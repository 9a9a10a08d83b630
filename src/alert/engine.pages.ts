import { Controller, Get, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { chosenOf } from '../vendor/chosen.rules.js';
import { EngineNames } from '../vendor/engine-names.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { NotFoundError, ValidationFailed } from '../web/domain-error.js';
import { sendDownload } from '../web/download.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { readId } from '../web/ids.js';
import { listAddress } from '../web/list-address.js';
import { listCsv } from '../web/list-csv.js';
import { actorName } from '../web/request.js';
import { sorting } from '../web/sorting.js';
import { translator } from '../web/translator.js';
import { ENGINE_COLUMNS } from './engine-csv.view.js';
import { EngineOverview } from './engine-overview.service.js';
import { EngineRename } from './engine-rename.service.js';
import { ENGINE_SORT, ENGINE_SORTS, type SortedEngine } from './engine-sort.rules.js';
import { EngineQuery } from './engine.dto.js';
import { SilentAlerts } from './silent-alerts.service.js';

const t = translator();
const VIEW = 'vendor/engines';

/** Engines as they come, go and are renamed, and what they leave behind. */
@ApiExcludeController()
@Controller('vendor/engines')
export class EnginePages {
  constructor(
    private readonly overview: EngineOverview,
    private readonly renames: EngineRename,
    private readonly names: EngineNames,
    private readonly silent: SilentAlerts,
  ) {}

  @Get()
  @Render(VIEW)
  async index(@Query() query: EngineQuery): Promise<object> {
    return this.model(freshForm(), query);
  }

  @Get('export')
  async export(@Query() query: EngineQuery, @Res() response: Response): Promise<void> {
    await sendDownload(response, listCsv('oju-engines', ENGINE_COLUMNS, this.all(query)));
  }

  private async *all(query: EngineQuery) {
    yield await this.overview.all(query);
  }

  /** Two names are one engine. A vendor of the old name keeps it, and is pointed out from then on. */
  @Post('rename')
  async rename(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.submit(request, response, async () => {
      const { from, to } = fieldsOf(request);
      const done = await this.renames.confirm(
        idIn(from, 'from'),
        idIn(to, 'to'),
        actorName(request),
      );
      const names = { from: done.from.name, to: done.to.name };
      return t('engine.flash.renamed', { ...names, count: done.platforms });
    });
  }

  /** Takes a rename back. */
  @Post('separate')
  async separate(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.submit(request, response, async () => {
      const id = readId(fieldsOf(request).engine);
      if (id === null) throw new NotFoundError();
      const { name } = await this.names.separate(id);
      return t('engine.flash.separated', { name });
    });
  }

  /** Settles alerts that only silent engines hold open. */
  @Post('gone')
  async settle(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.submit(request, response, async () => {
      const ids = chosenOf(fieldsOf(request).alerts).flatMap((id) => readId(id) ?? []);
      if (ids.length === 0) {
        throw new ValidationFailed([{ field: 'alerts', message: 'engine.error.noAlertChosen' }]);
      }
      const count = await this.silent.settle(ids, actorName(request));
      return t('engine.flash.settled', { count });
    });
  }

  private async submit(
    request: Request,
    response: Response,
    action: () => Promise<string>,
  ): Promise<void> {
    await submitForm({
      request,
      response,
      action,
      onDone: (flash) => ({ to: '/vendor/engines', flash }),
      onError: async (form) => ({ view: VIEW, model: await this.model(form) }),
    });
  }

  private async model(form: FormState, query: EngineQuery = {}): Promise<object> {
    const { search, vendor, sort } = query;
    return {
      ...form,
      pageTitle: t('engine.title'),
      filter: { search, vendor },
      isFiltered: search !== undefined || vendor !== undefined,
      exportHref: listAddress('/vendor/engines/export', { search, vendor, sort }),
      ...sorting({
        path: '/vendor/engines',
        sorts: ENGINE_SORTS,
        labels: Object.fromEntries(
          Object.keys(ENGINE_SORTS).map((name) => [
            name,
            t(`engine.${name as keyof SortedEngine}`),
          ]),
        ),
        usual: ENGINE_SORT,
        asked: { search, vendor, sort },
      }),
      ...(await this.overview.read(new Set(chosenOf(form.values.alerts)), query)),
    };
  }
}

function fieldsOf(request: Request): Record<string, unknown> {
  return (request.body ?? {}) as Record<string, unknown>;
}

/** @throws ValidationFailed when the field names no engine */
function idIn(value: unknown, field: string): number {
  const id = readId(value);
  if (id === null) throw new ValidationFailed([{ field, message: 'engine.error.choose' }]);
  return id;
}

import { Controller, Get, Post, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PlatformQuery } from '../platform/platform.dto.js';
import { PLATFORM_SORT, PLATFORM_SORTS } from '../platform/platform-sort.js';
import { PlatformService } from '../platform/platform.service.js';
import { chosenOf } from '../vendor/chosen.rules.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { backOf, tellBulk } from '../web/bulk.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { showId } from '../web/ids.js';
import { listAddress } from '../web/list-address.js';
import { pager } from '../web/pager.js';
import { actorName } from '../web/request.js';
import { sorting } from '../web/sorting.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { ArchiveQuery, type PlatformBulkForm, platformBulk } from './platform-bulk.dto.js';
import { PLATFORM_ACTIONS } from './platform-bulk.rules.js';
import { PlatformBulk } from './platform-bulk.service.js';
import { PlatformGlances } from './platform-glance.service.js';
import { platformRow } from './platform-list.view.js';
import { scanPath } from './scan-page.view.js';

const t = translator();
const VIEW = 'platforms/index';
const PATH = '/platforms';

/** What a posted form leads to, when what it asks for is done. */
interface Done {
  to: string;
}

/** The list of platforms with what the last scans say of each, and what is done with several. */
@ApiExcludeController()
@Controller('platforms')
export class PlatformListPages {
  constructor(
    private readonly platforms: PlatformService,
    private readonly glances: PlatformGlances,
    private readonly bulk: PlatformBulk,
  ) {}

  @Get()
  @Render(VIEW)
  async index(@Query() query: PlatformQuery): Promise<object> {
    return this.model(query, freshForm());
  }

  /** Archiving several at once is asked again. */
  @Get('archive')
  @Render('platforms/archive')
  async confirm(@Query() { platforms, back }: ArchiveQuery): Promise<object> {
    const found = await this.platforms.findMany(platforms);
    const meant = found.filter(({ archivedAt }) => archivedAt === null);
    return {
      ...freshForm(),
      pageTitle: t('platform.bulk.archiveTitle', { count: meant.length }),
      platforms: meant.map(({ id, name, url }) => ({ id: showId(id), name, url })),
      back,
      listHref: listAddress(PATH, backOf(back)),
    };
  }

  /** One thing is done with several platforms; each that is refused is told. */
  @Post('bulk')
  async act(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = (request.body ?? {}) as Record<string, unknown>;
    const back = backOf(form.back);
    await submitForm({
      request,
      response,
      action: () => this.done(request, platformBulk(form), form),
      onDone: ({ to }) => ({ to }),
      onError: async (state) => ({
        view: VIEW,
        model: await this.model(validateDto(PlatformQuery, back), state),
      }),
    });
  }

  private async done(
    request: Request,
    bulk: PlatformBulkForm,
    { back, confirmed }: Record<string, unknown>,
  ): Promise<Done> {
    const list = listAddress(PATH, backOf(back));
    if (bulk.action === 'archive' && confirmed !== 'true') {
      const platforms = bulk.ids.map(showId).join(',');
      const asked = { platforms, back: new URLSearchParams(backOf(back)).toString() };
      return { to: listAddress(`${PATH}/archive`, asked) };
    }
    const names = await this.namesOf(bulk.ids);
    const words = {
      changed: (count: number) => t(`platform.bulk.done.${bulk.action}`, { count }),
      unchanged: (count: number) => t('platform.bulk.unchanged', { count }),
      refused: (id: number, why: string) =>
        t('platform.bulk.refused', { name: names.get(id) ?? showId(id), why }),
    };
    if (bulk.action !== 'scan') {
      tellBulk(request, await this.bulk.change(bulk), words);
      return { to: list };
    }
    const { scan, outcome } = await this.bulk.scan(bulk.ids, actorName(request));
    tellBulk(request, outcome, words);
    return { to: scan ? scanPath(scan) : list };
  }

  private async namesOf(ids: readonly number[]): Promise<Map<number, string>> {
    return new Map((await this.platforms.findMany(ids)).map(({ id, name }) => [id, name]));
  }

  private async model(query: PlatformQuery, form: FormState): Promise<object> {
    const page = await this.platforms.list(query, query);
    const context = await this.platforms.viewContext();
    const glance = await this.glances.of(page.items);
    const { search, state, active, sort, limit, cursor } = query;
    const filter = { search, state, active };
    const chosen = new Set(chosenOf(form.values.platforms));
    return {
      ...form,
      pageTitle: t('platform.title'),
      scripts: ['js/choose-all.js'],
      platforms: page.items.map((one) => platformRow(one, context, glance(one.id), chosen)),
      filter: { search, state, active: active === undefined ? '' : String(active) },
      isFiltered: search !== undefined || state !== undefined || active !== undefined,
      exported: keptOf({ ...filter, sort }),
      ...sorting({
        path: PATH,
        sorts: PLATFORM_SORTS,
        labels: {
          name: t('platform.name'),
          url: t('platform.url'),
          state: t('platform.stateLabel'),
          ownerName: t('platform.owner'),
          lastScannedAt: t('platform.lastScannedAt'),
        },
        usual: PLATFORM_SORT,
        asked: { ...filter, sort, limit },
      }),
      back: listAddress('', { ...filter, sort, limit, cursor }).slice(1),
      bulk: {
        actions: PLATFORM_ACTIONS.map((value) => ({
          value,
          label: t(`platform.bulk.action.${value}`),
          isChosen: form.values.action === value,
        })),
        tag: form.values.tag ?? '',
      },
      ...pager(PATH, page, { ...filter, sort, limit, cursor }),
    };
  }
}

/** What was asked for as hidden fields have it. */
function keptOf(asked: Readonly<Record<string, string | boolean | undefined>>): object[] {
  return Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value) }],
  );
}

import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import type { Request, Response } from 'express';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { pathId, readId, showId } from '../web/ids.js';
import { listAddress } from '../web/list-address.js';
import { pager } from '../web/pager.js';
import { sorting } from '../web/sorting.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { contactParts } from './contact-parts.rules.js';
import { NearMissService } from './near-miss.service.js';
import { vendorFromForm } from './vendor-form.rules.js';
import { CreateVendorDto, UpdateVendorDto, VendorQuery } from './vendor.dto.js';
import type { Vendor } from './vendor.entity.js';
import { VENDOR_SORT, VENDOR_SORTS } from './vendor-sort.js';
import { VendorService } from './vendor.service.js';
import { VendorViews } from './vendor-views.service.js';
import type { VendorView } from './vendor.view.js';

const t = translator();

/**
 * The vendor database as pages: the list with the form that adds one, and the forms of one vendor.
 * Its own page shows what it flagged, and so is the alerts'.
 */
@ApiExcludeController()
@Controller('vendor')
export class VendorPages {
  constructor(
    private readonly vendors: VendorService,
    private readonly views: VendorViews,
    private readonly nearMisses: NearMissService,
  ) {}

  @Get()
  @Render('vendor/index')
  async index(@Query() query: VendorQuery): Promise<object> {
    return this.listModel(query, freshForm());
  }

  @Get('new')
  @Render('vendor/new')
  showNew(@Query('name') name: unknown): object {
    // An alert links here with the exact name of an engine that has no vendor yet.
    return newModel(freshForm(typeof name === 'string' ? { name } : {}));
  }

  @Post(['', 'new'])
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    await submitForm({
      request,
      response,
      action: async () =>
        this.withHints(await this.vendors.create(validateDto(CreateVendorDto, fieldsOf(request)))),
      onDone: (saved) => afterSave(saved, 'vendor.flash.created', '/vendor'),
      onError: async (form) =>
        request.path.endsWith('/new')
          ? { view: 'vendor/new', model: newModel(form) }
          : { view: 'vendor/index', model: await this.listModel(new VendorQuery(), form) },
    });
  }

  @Get(':id/edit')
  @Render('vendor/edit')
  async showEdit(@Param('id') id: string): Promise<object> {
    const vendor = await this.vendors.get(pathId(id));
    const { name, contact, comments } = vendor;
    return editModel(vendor, freshForm({ name, contact, comments }));
  }

  @Post(':id/edit')
  async update(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const vendorId = pathId(id);
    await submitForm({
      request,
      response,
      action: async () =>
        this.withHints(
          await this.vendors.update(vendorId, validateDto(UpdateVendorDto, fieldsOf(request)), {
            seenAt: seenAtOf(request),
          }),
        ),
      onDone: (saved) => afterSave(saved, 'vendor.flash.updated', `/vendor/${showId(vendorId)}`),
      onError: async (form) => ({
        view: 'vendor/edit',
        model: editModel(await this.vendors.get(vendorId), form),
      }),
    });
  }

  /** Takes the spelling that a near miss was pointed out with. */
  @Post(':id/name')
  async rename(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const vendorId = pathId(id);
    const { name, alert } = (request.body ?? {}) as Record<string, unknown>;
    const alertId = readId(alert);
    await submitForm({
      request,
      response,
      action: () => this.vendors.update(vendorId, validateDto(CreateVendorDto, { name })),
      onDone: (vendor) => ({
        to: alertId === null ? `/vendor/${showId(vendorId)}` : `/alerts/${showId(alertId)}`,
        flash: t('vendor.flash.renamed', { name: vendor.name }),
      }),
      onError: async (form) => {
        const vendor = await this.vendors.get(vendorId);
        const { contact, comments } = vendor;
        // The edit form stands in for one that had the name alone.
        Object.assign(form.values, { contact, comments });
        return { view: 'vendor/edit', model: editModel(vendor, form) };
      },
    });
  }

  @Get(':id/delete')
  @Render('vendor/delete')
  async showDelete(@Param('id') id: string): Promise<object> {
    return deleteModel(await this.vendors.get(pathId(id)));
  }

  @Post(':id/delete')
  async delete(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const vendor = await this.vendors.get(pathId(id));
    await submitForm({
      request,
      response,
      action: () => this.vendors.delete(vendor.id),
      onDone: () => ({ to: '/vendor', flash: t('vendor.flash.deleted', { name: vendor.name }) }),
      onError: () => Promise.resolve({ view: 'vendor/delete', model: deleteModel(vendor) }),
    });
  }

  private async listModel(query: VendorQuery, form: FormState): Promise<object> {
    const { search, sort, limit, cursor } = query;
    const page = await this.vendors.list(query, query);
    return {
      ...form,
      pageTitle: t('vendor.title'),
      vendors: (await this.views.of(page.items)).map(vendorRow),
      search,
      exportHref: listAddress('/vendor/export', { search, sort }),
      exportJsonHref: listAddress('/vendor/export', { search, sort, format: 'json' }),
      ...sorting({
        path: '/vendor',
        sorts: VENDOR_SORTS,
        labels: { name: t('vendor.name'), matched: t('vendor.engine') },
        usual: VENDOR_SORT,
        asked: { search, sort, limit },
      }),
      ...pager('/vendor', page, { search, sort, limit, cursor }),
    };
  }

  private async withHints(vendor: Vendor): Promise<SavedVendor> {
    return { vendor, hints: await this.nearMisses.of(vendor.name) };
  }
}

/** A vendor as a row of the list; of a contact each address on a line of its own. */
function vendorRow(vendor: VendorView): object {
  const lines = vendor.contact.split(/;\s+|\n/).map((line) => line.trim());
  const contactLines = lines.filter((line) => line !== '').map(contactParts);
  return Object.assign(vendor, { contactLines });
}

/** A vendor that was saved, and the engines that its name may have meant. */
interface SavedVendor {
  vendor: Vendor;
  hints: readonly string[];
}

/** A likely misspelling is pointed out on the vendor's own page, where it can be mended. */
function afterSave(
  { vendor: { id, name }, hints }: SavedVendor,
  message: 'vendor.flash.created' | 'vendor.flash.updated',
  to: string,
): { to: string; flash: string; kind?: 'warning' } {
  const flash = t(message, { name });
  const [engine] = hints;
  if (engine === undefined) return { to, flash };
  const hint = t('vendor.flash.nearMiss', { engine });
  return { to: `/vendor/${showId(id)}`, flash: `${flash} ${hint}`, kind: 'warning' };
}

function fieldsOf(request: Request): Record<string, unknown> {
  return vendorFromForm((request.body ?? {}) as Record<string, unknown>);
}

/** Without it, as a program may send the form, whatever the vendor is now is changed. */
function seenAtOf(request: Request): string | undefined {
  const { seenAt } = (request.body ?? {}) as Record<string, unknown>;
  return typeof seenAt === 'string' && seenAt !== '' ? seenAt : undefined;
}

function newModel(form: FormState): object {
  return { ...form, pageTitle: t('vendor.newTitle') };
}

/** When somebody else changed the vendor meanwhile, what it says now stands beside what was typed. */
function editModel(vendor: Vendor, form: FormState): object {
  const { id, name, contact, comments } = vendor;
  const seenAt = vendor.updatedAt.toISOString();
  const isChanged = ![undefined, '', seenAt].includes(form.values.seenAt as string | undefined);
  return {
    ...form,
    pageTitle: t('vendor.editTitle', { name }),
    parent: { href: `/vendor/${showId(id)}`, label: name },
    id: showId(id),
    seenAt,
    meanwhile: isChanged && { name, contact, comments },
  };
}

function deleteModel({ id, name }: Vendor): object {
  return {
    pageTitle: t('vendor.deleteTitle', { name }),
    parent: { href: `/vendor/${showId(id)}`, label: name },
    id: showId(id),
  };
}

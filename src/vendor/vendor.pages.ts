import { Controller, Get, Param, Post, Query, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '../web/api-doc.js';
import type { Request, Response } from 'express';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { pager } from '../web/pager.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { EngineService } from './engine.service.js';
import { vendorFromForm } from './vendor-form.rules.js';
import { CreateVendorDto, UpdateVendorDto, VendorQuery } from './vendor.dto.js';
import type { Vendor } from './vendor.entity.js';
import { VendorService } from './vendor.service.js';
import { vendorView } from './vendor.view.js';

const t = translator();

/** The vendor database as pages: the list with the form that adds one, and one page a vendor. */
@ApiExcludeController()
@Controller('vendor')
export class VendorPages {
  constructor(
    private readonly vendors: VendorService,
    private readonly engines: EngineService,
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
      action: () => this.vendors.create(validateDto(CreateVendorDto, fieldsOf(request))),
      onDone: ({ name }) => ({ to: '/vendor', flash: t('vendor.flash.created', { name }) }),
      onError: async (form) =>
        request.path.endsWith('/new')
          ? { view: 'vendor/new', model: newModel(form) }
          : { view: 'vendor/index', model: await this.listModel(new VendorQuery(), form) },
    });
  }

  @Get(':id')
  @Render('vendor/show')
  async show(@Param('id') id: string): Promise<object> {
    const vendor = await this.vendors.get(pathId(id));
    const seen = await this.engines.existing([vendor.name]);
    return { pageTitle: vendor.name, vendor: vendorView(vendor, seen) };
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
      action: () => this.vendors.update(vendorId, validateDto(UpdateVendorDto, fieldsOf(request))),
      onDone: ({ name }) => ({
        to: `/vendor/${showId(vendorId)}`,
        flash: t('vendor.flash.updated', { name }),
      }),
      onError: async (form) => ({
        view: 'vendor/edit',
        model: editModel(await this.vendors.get(vendorId), form),
      }),
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
    const { search, limit, cursor } = query;
    const page = await this.vendors.list(query, query);
    const seen = await this.engines.existing(page.items.map(({ name }) => name));
    return {
      ...form,
      pageTitle: t('vendor.title'),
      vendors: page.items.map((vendor) => vendorView(vendor, seen)),
      search,
      ...pager('/vendor', page, { search, limit, cursor }),
    };
  }
}

function fieldsOf(request: Request): Record<string, unknown> {
  return vendorFromForm((request.body ?? {}) as Record<string, unknown>);
}

function newModel(form: FormState): object {
  return { ...form, pageTitle: t('vendor.newTitle') };
}

function editModel({ id, name }: Vendor, form: FormState): object {
  return { ...form, pageTitle: t('vendor.editTitle', { name }), id: showId(id) };
}

function deleteModel({ id, name }: Vendor): object {
  return { pageTitle: t('vendor.deleteTitle', { name }), id: showId(id) };
}

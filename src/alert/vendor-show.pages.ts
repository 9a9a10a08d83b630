import { Controller, Get, Param, Post, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EngineNames } from '../vendor/engine-names.service.js';
import { MarkContactDto } from '../vendor/vendor.dto.js';
import { VendorService } from '../vendor/vendor.service.js';
import { VendorViews } from '../vendor/vendor-views.service.js';
import { ApiExcludeController } from '../web/api-doc.js';
import { type FormState, freshForm, submitForm } from '../web/form.js';
import { pathId, showId } from '../web/ids.js';
import { actorName } from '../web/request.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { EngineFigureService } from './engine-figures.service.js';
import { vendorShowModel } from './vendor-show.view.js';

const t = translator();
const VIEW = 'vendor/show';

/** The page of one vendor, with what it flags and flagged. */
@ApiExcludeController()
@Controller('vendor')
export class VendorShowPages {
  constructor(
    private readonly vendors: VendorService,
    private readonly views: VendorViews,
    private readonly names: EngineNames,
    private readonly figures: EngineFigureService,
  ) {}

  @Get(':id')
  @Render(VIEW)
  async show(@Param('id') id: string): Promise<object> {
    return this.model(pathId(id), freshForm());
  }

  /** Marks the contact as verified, bounced, or neither. */
  @Post(':id/contact')
  async mark(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const vendorId = pathId(id);
    await submitForm({
      request,
      response,
      action: () => {
        const { contact, state } = (request.body ?? {}) as Record<string, unknown>;
        // Browsers send two characters for every line break.
        const seen = typeof contact === 'string' ? contact.replaceAll('\r\n', '\n') : contact;
        const mark = validateDto(MarkContactDto, { state, contact: seen });
        const by = actorName(request);
        return this.vendors.markContact(vendorId, { state: mark.state, by }, mark.contact);
      },
      onDone: ({ contactState }) => ({
        to: `/vendor/${showId(vendorId)}`,
        flash: t(`vendor.flash.${contactState}`),
      }),
      onError: async (form) => ({ view: VIEW, model: await this.model(vendorId, form) }),
    });
  }

  private async model(id: number, form: FormState): Promise<object> {
    const vendor = await this.vendors.get(id);
    const figures = await this.figures.of(await this.names.idsOfLine(vendor.name));
    const view = await this.views.one(vendor);
    const owners = await this.vendors.findByNames(view.nearMisses);
    return vendorShowModel(view, owners, figures, form);
  }
}
